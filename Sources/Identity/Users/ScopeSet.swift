/// The scopes of a token (RFC 6749, section 3.3).
public struct ScopeSet: OptionSet, Sendable, Hashable, CustomStringConvertible {
    /// One bit per scope.
    public let rawValue: UInt8

    /// One bit per scope.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `notes:read`.
    public static let notesRead = ScopeSet(rawValue: 1)
    /// `notes:write`.
    public static let notesWrite = ScopeSet(rawValue: 2)
    /// Every scope.
    public static let all: ScopeSet = [.notesRead, .notesWrite]

    private static let known: [(name: String, scope: ScopeSet)] = [
        ("notes:read", .notesRead), ("notes:write", .notesWrite),
    ]

    /// Parses names separated by spaces; unknown names are ignored.
    public init(_ text: String) {
        var scopes: ScopeSet = []
        for name in text.split(separator: " ") {
            for known in Self.known where known.name == name { scopes.insert(known.scope) }
        }
        self = scopes
    }

    private static let namesByBits: [Set<String>] = (0..<4).map { bits in
        Set(Self.known.filter { ScopeSet(rawValue: bits).contains($0.scope) }.map(\.name))
    }

    /// The names of the scopes.
    public var names: Set<String> { Self.namesByBits[Int(self.rawValue & 3)] }

    /// The names, separated by spaces.
    public var description: String {
        Self.known.filter { self.contains($0.scope) }.map(\.name).joined(separator: " ")
    }
}
