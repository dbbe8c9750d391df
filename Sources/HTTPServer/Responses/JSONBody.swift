package import Encodings
package import Hummingbird
package import NIOCore

/// The JSON object in the body of a JSON API request.
package enum JSONBody {
    private static let largest = 16384

    /// Collects the body, which may be empty.
    package static func read(_ request: Request, upTo largest: Int = Self.largest) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: largest)
        } catch is NIOTooManyBytesError {
            throw APIError.validation("The body is larger than \(largest) bytes.", status: .contentTooLarge)
        }
    }

    /// - Parameter fields: the allowed fields; any other is an error.
    package static func object(
        _ body: ByteBuffer,
        of request: Request,
        fields: Set<String>
    ) throws -> JSONObject {
        guard Self.isJSON(request.headers[.contentType]) else {
            throw APIError.validation(
                "The body must be JSON: send 'Content-Type: application/json'.",
                status: .unsupportedMediaType
            )
        }
        let value: JSONValue
        do {
            value = try body.withUnsafeReadableBytes { try JSONParser.parse($0.bindMemory(to: UInt8.self)) }
        } catch let error as JSONError {
            throw APIError.validation("The body is not JSON: \(error)")
        }
        guard let object = value.objectValue else { throw APIError.validation("The body must be a JSON object.") }
        if let other = object.first(where: { !fields.contains($0.key) }) {
            let known = fields.sorted().joined(separator: ", ")
            throw APIError.validation("'\(other.key.prefix(bytes: 50))' is not known here; known: \(known).")
        }
        return object
    }

    /// Whether a `Content-Type` is `application/json`, with or without parameters.
    package static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        if contentType == "application/json" { return true }
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let type = contentType.prefix { $0 != ";" }.drop(while: isSpace)
        return String(type.reversed().drop(while: isSpace).reversed()).lowercased() == "application/json"
    }
}
