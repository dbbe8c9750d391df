public import Encodings

/// A JSON-RPC error, as it goes out.
public struct JSONRPCError: Error, Sendable, Hashable {
    /// The kind of error.
    public let code: ErrorCode
    /// What is wrong, in plain words.
    public let message: String
    /// More for machines.
    public let data: JSONValue?
    /// The id of the request, where it could be read.
    public let id: JSONRPCID?

    /// Describes an error.
    public init(code: ErrorCode, message: String, data: JSONValue? = nil, id: JSONRPCID? = nil) {
        self.code = code
        self.message = message
        self.data = data
        self.id = id
    }
}
