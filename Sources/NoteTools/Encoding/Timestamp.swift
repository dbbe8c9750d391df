import Foundation
import MCPServer

/// Times that a caller sends.
enum Timestamp {
    /// A time in ISO 8601.
    ///
    /// - Throws: ``ToolFailure`` with `validation_error` for anything else.
    static func date(_ text: String) throws -> Date {
        do {
            return try Date(text, strategy: .iso8601)
        } catch {
            throw ToolFailure(
                code: "validation_error",
                message: "'\(text.prefix(40))' is not a time in ISO 8601, such as 2026-01-31T00:00:00Z."
            )
        }
    }
}
