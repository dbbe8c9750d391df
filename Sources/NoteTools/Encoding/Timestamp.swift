import Encodings
import Foundation
import MCPServer

/// Times in arguments.
enum Timestamp {
    /// Parses a date or a time (RFC 3339).
    ///
    /// - Throws: ``ToolFailure`` with `validation_error` for anything else.
    static func date(_ text: String) throws -> Date {
        do {
            return try Date(text, strategy: .iso8601)
        } catch {
            throw ToolFailure(
                code: "validation_error",
                message: "'\(text.prefix(bytes: 40))' is not a time in ISO 8601, such as 2026-01-31T00:00:00Z."
            )
        }
    }
}
