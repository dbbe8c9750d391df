/// The error of this module.
package struct VaultError: Error, Sendable {
    /// What kind of failure it is; an open set.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The path breaks a rule, or leads through a symbolic link.
        package static let invalidPath = Code(rawValue: "invalid_path")
        /// The user id breaks a rule.
        package static let invalidUser = Code(rawValue: "invalid_user")
        /// The path is outside of the folders that the vault is restricted to.
        package static let forbidden = Code(rawValue: "forbidden")
        /// There is no such note.
        package static let notFound = Code(rawValue: "not_found")
        /// The note is not in the revision that the caller expects.
        package static let conflict = Code(rawValue: "conflict")
        /// The note's file would be larger than ``VaultLimits/maxNoteBytes``.
        package static let noteTooLarge = Code(rawValue: "note_too_large")
        /// The vault would have more notes or bytes than ``VaultLimits`` allows.
        package static let quotaExceeded = Code(rawValue: "quota_exceeded")
        /// An argument breaks a rule.
        package static let validationError = Code(rawValue: "validation_error")
        /// The vault cannot be used now; nothing was changed, and the same call may work later.
        package static let unavailable = Code(rawValue: "unavailable")
        /// A failure that the caller did not cause.
        package static let internalError = Code(rawValue: "internal_error")
    }

    package let code: Code
    /// What happened, for the caller to read.
    package let message: String
    /// What the caller can do about it.
    package var hint: String?
    /// With ``Code/conflict``, the revision the note is in; `nil` where there is no such note.
    package var currentRevision: String?
    /// With ``Code/conflict``, a unified diff from the note as it is to the note that was to be written.
    package var diff: String?
    /// With ``Code/notFound``, up to three similar paths.
    package var suggestions: [String]
    /// Whether the caller tried to leave the vault.
    package var traversal: Bool
    /// With ``Code/forbidden``, the path that was asked for.
    package var path: String?
    /// The error behind this one, for the log only.
    package var cause: (any Error)?

    package init(
        _ code: Code,
        _ message: String,
        hint: String? = nil,
        currentRevision: String? = nil,
        diff: String? = nil,
        suggestions: [String] = [],
        traversal: Bool = false,
        path: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.currentRevision = currentRevision
        self.diff = diff
        self.suggestions = suggestions
        self.traversal = traversal
        self.path = path
        self.cause = cause
    }
}

extension VaultError: CustomStringConvertible {
    /// Code, message and cause in one line.
    package var description: String {
        let cause = self.cause.map { " (\($0))" } ?? ""
        return "\(self.code.rawValue): \(self.message)\(cause)"
    }
}
