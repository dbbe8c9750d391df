/// The code of a JSON-RPC error.
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: Int

    /// Takes a number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// The body is not JSON.
    public static let parseError = ErrorCode(rawValue: -32700)
    /// The message is not a JSON-RPC message, or not one that may come now.
    public static let invalidRequest = ErrorCode(rawValue: -32600)
    /// There is no such method.
    public static let methodNotFound = ErrorCode(rawValue: -32601)
    /// The method does not take these parameters.
    public static let invalidParams = ErrorCode(rawValue: -32602)
    /// Something broke in the server.
    public static let internalError = ErrorCode(rawValue: -32603)
    /// No such resource, for revisions before 2026-07-28.
    public static let legacyResourceNotFound = ErrorCode(rawValue: -32002)
    /// A header does not say what the body says (MCP 2026-07-28).
    public static let headerMismatch = ErrorCode(rawValue: -32020)
    /// The client lacks a capability that is needed (MCP 2026-07-28).
    public static let missingClientCapability = ErrorCode(rawValue: -32021)
    /// The revision is not spoken here (MCP 2026-07-28).
    public static let unsupportedProtocolVersion = ErrorCode(rawValue: -32022)

    /// The code that SDKs expect for a session that has ended; the status 404 is what counts.
    public static let sessionNotFound = ErrorCode(rawValue: -32001)
    /// Too many requests.
    public static let rateLimited = ErrorCode(rawValue: 429)
    /// The token does not allow it.
    public static let forbidden = ErrorCode(rawValue: 403)
    /// The shared state cannot be asked.
    public static let unavailable = ErrorCode(rawValue: 503)
}
