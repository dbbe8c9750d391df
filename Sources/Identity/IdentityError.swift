/// A failure of authentication, or an unusable key.
public struct IdentityError: Error, Sendable, Hashable {
    /// The kind of failure.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// Such as `expired`.
        public let rawValue: String

        /// A code by its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// No token was sent.
        public static let missing = Code(rawValue: "missing")
        /// The text is not a token.
        public static let malformed = Code(rawValue: "malformed")
        /// The algorithm is not HS256.
        public static let unsupportedAlgorithm = Code(rawValue: "unsupported_algorithm")
        /// `kid` names a key that this server does not have.
        public static let unknownKey = Code(rawValue: "unknown_key")
        /// The signature is invalid.
        public static let badSignature = Code(rawValue: "bad_signature")
        /// `exp` has passed.
        public static let expired = Code(rawValue: "expired")
        /// `nbf` is in the future.
        public static let notYetValid = Code(rawValue: "not_yet_valid")
        /// The token is for another server.
        public static let wrongAudience = Code(rawValue: "wrong_audience")
        /// A claim has the wrong type or is missing.
        public static let invalidClaim = Code(rawValue: "invalid_claim")
        /// The text is not a valid user id.
        public static let invalidUser = Code(rawValue: "invalid_user")
        /// The secret is too short or guessable.
        public static let weakSecret = Code(rawValue: "weak_secret")
        /// A redirect URI is invalid (RFC 7591, section 3.2.2).
        public static let invalidRedirectURI = Code(rawValue: "invalid_redirect_uri")
        /// Client metadata is invalid (RFC 7591, section 3.2.2).
        public static let invalidClientMetadata = Code(rawValue: "invalid_client_metadata")
        /// Too many documents are being fetched.
        public static let busy = Code(rawValue: "busy")
        /// The provider, or the host of a client's document, is unreachable or sent an invalid response.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The provider's id token or access token was rejected.
        public static let notProven = Code(rawValue: "not_proven")
        /// libcrypto failed.
        public static let cryptography = Code(rawValue: "cryptography")
    }

    /// The kind of failure.
    public let code: Code
    /// Safe to show to the caller.
    public let message: String

    /// An error with a message for the caller.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// For logs and metrics: `missing`, `malformed`, `expired` or `invalid`.
    public var reason: String {
        switch self.code {
        case .missing, .malformed, .expired: return self.code.rawValue
        default: return "invalid"
        }
    }
}
