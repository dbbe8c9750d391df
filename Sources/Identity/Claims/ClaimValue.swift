/// The value of a claim, as far as this server reads claims.
enum ClaimValue: Sendable, Equatable {
    case string(String)
    case number(Double)
    case strings([String])
    /// Anything else, which no claim read here may be.
    case other
}
