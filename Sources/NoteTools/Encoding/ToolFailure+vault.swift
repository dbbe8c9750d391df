import Encodings
import MCPCore
import MCPServer
import Vault

/// Maps errors of the vault to failures that name the model's next step.
///
/// - Throws: ``ToolFailure``; internal errors unchanged.
func mappingVaultErrors<Value: Sendable>(_ call: () async throws -> Value) async throws -> Value {
    do {
        return try await call()
    } catch let error as VaultError {
        guard error.code != .internalError else { throw error }
        throw ToolFailure(error)
    }
}

extension ToolFailure {
    /// Of a message, and of a hint; what they name of a client's input is shorter.
    private static let maxBytes = 6000

    init(_ error: VaultError) {
        var details: JSONObject = [:]
        if let revision = error.currentRevision { details["current_revision"] = .string(revision) }
        if let diff = error.diff { details["diff"] = .string(diff) }
        if !error.suggestions.isEmpty { details["suggestions"] = .array(error.suggestions.map { .string($0) }) }
        self.init(
            code: error.code.rawValue,
            message: error.message.prefix(bytes: Self.maxBytes),
            hint: (error.hint ?? Self.hint(for: error))?.prefix(bytes: Self.maxBytes),
            details: details,
            events: Self.events(for: error)
        )
    }

    private static func events(for error: VaultError) -> [ToolEvent] {
        switch error.code {
        case .invalidPath: return [ToolEvent("path_rejected", details: ["traversal": String(error.traversal)])]
        case .forbidden:
            return [ToolEvent("forbidden", details: ["path": error.path ?? "", "error": "permission_denied"])]
        default: return []
        }
    }

    private static func hint(for error: VaultError) -> String? {
        switch error.code {
        case .notFound where !error.suggestions.isEmpty:
            return "Did you mean \(error.suggestions.map { "'\($0)'" }.joined(separator: ", "))?"
        case .notFound: return "Use list_notes or search_notes to find the path."
        case .conflict: return "Read the note again, merge your change into it, and write with its new revision."
        case .invalidPath: return "Use a relative path that ends in .md, such as 'projects/roadmap.md'."
        case .noteTooLarge: return "Split the text into several notes and link them."
        case .unavailable: return "Try again in a moment."
        default: return nil
        }
    }
}
