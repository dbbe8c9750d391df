import Encodings
import Hummingbird
import MCPCore
import NIOCore

/// Reads the JSON object that a request of the HTTP API carries.
enum APIBody {
    private static let largest = 16384

    /// The bytes of a body, which may be none.
    static func read(_ request: Request) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: Self.largest)
        } catch is NIOTooManyBytesError {
            throw APIError(.contentTooLarge, "validation_error", "The body is larger than \(Self.largest) bytes.")
        }
    }

    /// - Parameter fields: what may stand in it; anything else is an error rather than passed over.
    static func object(_ body: ByteBuffer, of request: Request, fields: Set<String>) throws -> JSONObject {
        guard MCPEndpoint.isJSON(request.headers[.contentType]) else {
            throw APIError(
                .unsupportedMediaType,
                "validation_error",
                "The body must be JSON: send 'Content-Type: application/json'."
            )
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
