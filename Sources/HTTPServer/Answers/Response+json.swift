import Encodings
import HTTPTypes
import Hummingbird
import MCPCore
import NIOCore

extension Response {
    /// An answer whose body is JSON that has been encoded already.
    static func json(_ body: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var fields = headers
        fields.append(HTTPField(name: .contentType, value: "application/json"))
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// A JSON-RPC error that has a status of its own, because the message was not let in to the protocol.
    static func rpcError(
        _ code: ErrorCode,
        _ message: String,
        status: HTTPResponse.Status,
        id: JSONRPCID? = nil,
        data: JSONValue? = nil,
        headers: HTTPFields = [:]
    ) -> Response {
        let error = JSONRPCError(code: code, message: message, data: data, id: id)
        return .json(JSONRPCResponse.encode(error), status: status, headers: headers)
    }

    /// Taken, and nothing to say.
    static func accepted(_ headers: HTTPFields) -> Response { Response(status: .accepted, headers: headers) }
}

extension HTTPField.Name {
    // The names are plain tokens, which is all the initialiser asks for.
    static let mcpSessionID = HTTPField.Name("Mcp-Session-Id") ?? .cookie
    static let mcpProtocolVersion = HTTPField.Name("MCP-Protocol-Version") ?? .cookie
}

extension ErrorCode {
    /// The code that SDKs expect for a session that has ended; the status 404 is what counts.
    static let sessionNotFound = ErrorCode(rawValue: -32001)
    /// Too many requests.
    static let rateLimited = ErrorCode(rawValue: 429)
    /// The token does not allow it.
    static let forbidden = ErrorCode(rawValue: 403)
    /// Try again later.
    static let unavailable = ErrorCode(rawValue: 503)
}
