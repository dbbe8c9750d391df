public import Encodings

/// A JSON-RPC error response.
public struct JSONRPCError: Error, Sendable, Hashable {
    /// The kind of failure.
    public let code: ErrorCode
    /// For people and models.
    public let message: String
    /// For programs.
    public let data: JSONValue?
    /// `nil` where the request's id could not be read.
    public let id: JSONRPCID?

    package init(code: ErrorCode, message: String, data: JSONValue? = nil, id: JSONRPCID? = nil) {
        self.code = code
        self.message = message
        self.data = data
        self.id = id
    }
}
