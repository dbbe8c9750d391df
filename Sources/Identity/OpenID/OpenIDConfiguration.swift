/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
struct OpenIDConfiguration: Sendable, Decodable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let userinfoEndpoint: String?
    let keysAddress: String
    let tokenEndpointMethods: [String]?
    /// Whether it names itself when it sends a user back (RFC 9207).
    let namesIssuer: Bool?

    private enum CodingKeys: String, CodingKey {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case userinfoEndpoint = "userinfo_endpoint"
        case keysAddress = "jwks_uri"
        case tokenEndpointMethods = "token_endpoint_auth_methods_supported"
        case namesIssuer = "authorization_response_iss_parameter_supported"
    }

    /// Refuses what another provider says, or one that would have secrets sent in the clear.
    func check(issuer: String) throws {
        guard self.issuer == issuer || self.issuer == issuer + "/" else {
            throw IdentityError(.unreachable, "The provider at \(issuer) says that it is \(self.issuer.prefix(200)).")
        }
        let endpoints = [self.authorizationEndpoint, self.tokenEndpoint, self.keysAddress, self.userinfoEndpoint]
        // Only a provider on this very machine may do without TLS.
        guard issuer.hasPrefix("http://") || endpoints.allSatisfy({ $0?.hasPrefix("https://") ?? true }) else {
            throw IdentityError(.unreachable, "The provider at \(issuer) names an endpoint without https.")
        }
    }
}
