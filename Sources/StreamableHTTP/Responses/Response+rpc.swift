import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import MCPCore

extension Response {
    /// A JSON-RPC error with a status of its own, for messages that did not reach a handler.
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

    /// Renders a refusal as JSON-RPC; an invalid token is a 401 as everywhere (RFC 6750).
    static func rpc(_ refusal: Refusal, id: JSONRPCID?) -> Response {
        switch refusal {
        case .unauthenticated: return APIError(refusal).response()
        case .limited(let excess): return .rpcError(.rateLimited, excess, status: .tooManyRequests, id: id)
        case .busy(let excess): return .rpcError(.unavailable, excess, status: .serviceUnavailable, id: id)
        case .unknownSession:
            return .rpcError(
                .sessionNotFound,
                "Session not found: it has ended or was never opened. Send 'initialize' without Mcp-Session-Id.",
                status: .notFound,
                id: id
            )
        case .unavailable:
            return .rpcError(
                .unavailable,
                Refusal.unavailableMessage,
                status: .serviceUnavailable,
                id: id,
                headers: RetryAfter.moment.headers
            )
        }
    }

    private static func rpcError(
        _ code: ErrorCode,
        _ excess: Refusal.Excess,
        status: HTTPResponse.Status,
        id: JSONRPCID?
    ) -> Response {
        .rpcError(
            code,
            excess.message,
            status: status,
            id: id,
            data: ["retry_after": .integer(excess.retryAfter.seconds), "limit": .string(excess.limit)],
            headers: excess.headers
        )
    }

    static func sessionRequired(_ id: JSONRPCID?) -> Response {
        .rpcError(
            .invalidRequest,
            "This needs a session: send 'initialize' first, then the Mcp-Session-Id it answers with.",
            status: .badRequest,
            id: id
        )
    }
}
