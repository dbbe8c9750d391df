/// Why somebody is not who they say they are, or a key cannot be used.
public struct IdentityError: Error, Sendable, Hashable {
    /// The kinds of failure.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Names a kind.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// There is no token.
        public static let missing = Code(rawValue: "missing")
        /// The text is not a token.
        public static let malformed = Code(rawValue: "malformed")
        /// The algorithm is not the one this server signs with.
        public static let unsupportedAlgorithm = Code(rawValue: "unsupported_algorithm")
        /// The key named is none of this server's.
        public static let unknownKey = Code(rawValue: "unknown_key")
        /// The signature is not this server's.
        public static let badSignature = Code(rawValue: "bad_signature")
        /// The token's time is over.
        public static let expired = Code(rawValue: "expired")
        /// The token's time has not come.
        public static let notYetValid = Code(rawValue: "not_yet_valid")
        /// The token is for another server.
        public static let wrongAudience = Code(rawValue: "wrong_audience")
        /// A claim is not of its type.
        public static let invalidClaim = Code(rawValue: "invalid_claim")
        /// The text is not the id of a user.
        public static let invalidUser = Code(rawValue: "invalid_user")
        /// The secret cannot be used.
        public static let weakSecret = Code(rawValue: "weak_secret")
        /// A redirect URI cannot be used (RFC 7591, section 3.2.2).
        public static let invalidRedirectURI = Code(rawValue: "invalid_redirect_uri")
        /// What a client says of itself cannot be used (RFC 7591, section 3.2.2).
        public static let invalidClientMetadata = Code(rawValue: "invalid_client_metadata")
        /// The provider, or the host of a client's document, does not answer as it should.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The provider's word for who somebody is does not hold.
        public static let notProven = Code(rawValue: "not_proven")
        /// libcrypto refused to work.
        public static let cryptography = Code(rawValue: "cryptography")
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong; safe to show to whoever asked.
    public let message: String

    /// Describes a failure.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The reason as logs and counters have it: `missing`, `malformed`, `expired` or `invalid`.
    public var reason: String {
        switch self.code {
        case .missing, .malformed, .expired: return self.code.rawValue
        default: return "invalid"
        }
    }
}
