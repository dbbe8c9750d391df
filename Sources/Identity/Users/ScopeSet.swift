/// What a token allows (RFC 6749, section 3.3).
public struct ScopeSet: OptionSet, Sendable, Hashable, CustomStringConvertible {
    /// The scopes as bits.
    public let rawValue: UInt8

    /// Takes bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Reading notes.
    public static let notesRead = ScopeSet(rawValue: 1)
    /// Writing notes.
    public static let notesWrite = ScopeSet(rawValue: 2)
    /// Everything there is.
    public static let all: ScopeSet = [.notesRead, .notesWrite]

    private static let known: [(name: String, scope: ScopeSet)] = [
        ("notes:read", .notesRead), ("notes:write", .notesWrite),
    ]

    /// The scopes named in a text, separated by spaces; unknown names allow nothing.
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

    /// The scopes by name.
    public var names: Set<String> { Self.namesByBits[Int(self.rawValue & 3)] }

    /// The names, separated by spaces.
    public var description: String {
        Self.known.filter { self.contains($0.scope) }.map(\.name).joined(separator: " ")
    }
}
