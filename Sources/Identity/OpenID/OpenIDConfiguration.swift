import Encodings

/// A provider's discovery document (OpenID Connect Discovery 1.0, section 3).
struct OpenIDConfiguration: Sendable, Decodable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let userinfoEndpoint: String?
    let keysURL: String
    let tokenEndpointMethods: [String]?
    /// Whether authorization responses carry `iss` (RFC 9207).
    let sendsIssuer: Bool?

    private enum CodingKeys: String, CodingKey {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case userinfoEndpoint = "userinfo_endpoint"
        case keysURL = "jwks_uri"
        case tokenEndpointMethods = "token_endpoint_auth_methods_supported"
        case sendsIssuer = "authorization_response_iss_parameter_supported"
    }

    /// Rejects another issuer, and endpoints without https.
    func validate(issuer: String) throws {
        guard self.issuer == issuer || self.issuer == issuer + "/" else {
            throw IdentityError(
                .unreachable,
                "The provider at \(issuer) claims to be \(self.issuer.prefix(bytes: 200))."
            )
        }
        let endpoints = [self.authorizationEndpoint, self.tokenEndpoint, self.keysURL, self.userinfoEndpoint]
        // http is allowed for loopback providers only.
        guard issuer.hasPrefix("http://") || endpoints.allSatisfy({ $0?.hasPrefix("https://") ?? true }) else {
            throw IdentityError(.unreachable, "The provider at \(issuer) names an endpoint without https.")
        }
    }
}
