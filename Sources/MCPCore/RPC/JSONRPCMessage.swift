public import Encodings

/// A request, which needs a response.
public struct JSONRPCRequest: Sendable, Hashable {
    /// Echoed in the response.
    public let id: JSONRPCID
    /// The method's name, which may be unknown.
    public let method: String
    /// With what.
    public let params: JSONObject?

    package init(id: JSONRPCID, method: String, params: JSONObject? = nil) {
        self.id = id
        self.method = method
        self.params = params
    }
}

/// A notification, which has no response.
public struct JSONRPCNotification: Sendable, Hashable {
    /// The notification's name, which may be unknown.
    public let method: String
    /// With what.
    public let params: JSONObject?
}

/// One JSON-RPC 2.0 message of a client.
public enum JSONRPCMessage: Sendable, Hashable {
    /// Needs a response.
    case request(JSONRPCRequest)
    /// Has no response.
    case notification(JSONRPCNotification)
    /// A response to a request of the server.
    case response(id: JSONRPCID)

    /// Decodes a message; unknown fields are ignored.
    ///
    /// - Throws: ``JSONRPCError`` with `-32600`, and the id where it could be read.
    public static func decode(_ value: JSONValue) throws(JSONRPCError) -> JSONRPCMessage {
        guard case .object(let fields) = value else {
            throw JSONRPCError(code: .invalidRequest, message: "A message must be a JSON object.")
        }
        let id = fields["id"].flatMap { JSONRPCID($0) }
        guard fields["jsonrpc"] == .string("2.0") else {
            throw JSONRPCError(code: .invalidRequest, message: "'jsonrpc' must be \"2.0\".", id: id)
        }
        guard let method = fields["method"] else { return try Self.response(fields, id: id) }
        guard let name = method.stringValue else {
            throw JSONRPCError(code: .invalidRequest, message: "'method' must be a string.", id: id)
        }
        let params: JSONObject?
        switch fields["params"] {
        case nil, .null: params = nil
        case .object(let object): params = object
        default: throw JSONRPCError(code: .invalidRequest, message: "'params' must be an object.", id: id)
        }
        guard fields["id"] != nil else { return .notification(JSONRPCNotification(method: name, params: params)) }
        guard let id else {
            throw JSONRPCError(code: .invalidRequest, message: "'id' must be a string or a whole number.")
        }
        return .request(JSONRPCRequest(id: id, method: name, params: params))
    }

    private static func response(_ fields: JSONObject, id: JSONRPCID?) throws(JSONRPCError) -> JSONRPCMessage {
        let hasResult = fields["result"] != nil
        let hasError = fields["error"]?.objectValue != nil
        guard hasResult != hasError else {
            throw JSONRPCError(code: .invalidRequest, message: "A message needs a 'method'.", id: id)
        }
        guard let id else {
            throw JSONRPCError(code: .invalidRequest, message: "'id' must be a string or a whole number.")
        }
        return .response(id: id)
    }
}
