import Hummingbird
import MCPCore
import NIOCore

/// Reads the JSON object that a request of the HTTP API carries.
enum APIBody {
    /// - Parameter fields: what may stand in it; anything else is an error rather than passed over.
    static func object(_ request: Request, fields: Set<String>) async throws -> JSONObject {
        guard MCPEndpoint.isJSON(request.headers[.contentType]) else {
            throw APIError(
                .unsupportedMediaType,
                "validation_error",
                "The body must be JSON: send 'Content-Type: application/json'."
            )
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: 16384)
        } catch is NIOTooManyBytesError {
            throw APIError(.contentTooLarge, "validation_error", "The body is too large.")
        }
        let value: JSONValue
        do {
            value = try body.withUnsafeReadableBytes { try JSONParser.parse($0.bindMemory(to: UInt8.self)) }
        } catch let error as JSONError {
            throw APIError(.badRequest, "validation_error", "The body is not JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw APIError(.badRequest, "validation_error", "The body must be a JSON object.")
        }
        if let other = object.first(where: { !fields.contains($0.key) }) {
            let known = fields.sorted().joined(separator: ", ")
            throw APIError(
                .badRequest,
                "validation_error",
                "'\(other.key.prefix(50))' is not known here; known: \(known)."
            )
        }
        return object
    }
}
