/// The code of a JSON-RPC error; unknown codes are valid values.
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
    /// As in `code`.
    public let rawValue: Int

    /// Does not fail for unknown codes.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// The body is not JSON.
    public static let parseError = ErrorCode(rawValue: -32700)
    /// Not a JSON-RPC message, or not allowed at this point.
    public static let invalidRequest = ErrorCode(rawValue: -32600)
    /// Unknown method.
    public static let methodNotFound = ErrorCode(rawValue: -32601)
    /// Parameters that the method does not accept.
    public static let invalidParams = ErrorCode(rawValue: -32602)
    /// A failure of the server.
    public static let internalError = ErrorCode(rawValue: -32603)
    /// A revision that this server does not support (MCP 2026-07-28).
    public static let unsupportedProtocolVersion = ErrorCode(rawValue: -32022)

    /// The code that SDKs expect for an unknown or expired session, next to the status 404.
    public static let sessionNotFound = ErrorCode(rawValue: -32001)
    /// Over a rate limit.
    public static let rateLimited = ErrorCode(rawValue: 429)
    /// The token lacks a scope.
    public static let forbidden = ErrorCode(rawValue: 403)
    /// Not carried out, as the answer to its batch is full.
    public static let answerTooLarge = ErrorCode(rawValue: 413)
    /// The shared state is unavailable.
    public static let unavailable = ErrorCode(rawValue: 503)
}
