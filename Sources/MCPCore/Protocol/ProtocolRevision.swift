// The constants are named after the dates of the revisions.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// A revision of the Model Context Protocol, named by its date.
public struct ProtocolRevision: RawRepresentable, Hashable, Sendable, Comparable {
    /// The date, such as `2025-11-25`.
    public let rawValue: String

    /// Takes a name, known or not.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Which of the two ways of talking a revision has.
    public enum Era: Sendable {
        /// A handshake and sessions.
        case legacy
        /// Every request by itself.
        case modern
    }

    /// HTTP with SSE; over Streamable HTTP some clients still name it.
    public static let v2024_11_05 = ProtocolRevision(rawValue: "2024-11-05")
    /// Streamable HTTP, with batches.
    public static let v2025_03_26 = ProtocolRevision(rawValue: "2025-03-26")
    /// Without batches; with structured results.
    public static let v2025_06_18 = ProtocolRevision(rawValue: "2025-06-18")
    /// The last with sessions.
    public static let v2025_11_25 = ProtocolRevision(rawValue: "2025-11-25")
    /// Without sessions.
    public static let v2026_07_28 = ProtocolRevision(rawValue: "2026-07-28")

    /// All revisions with sessions, oldest first.
    public static let allLegacy: [ProtocolRevision] = [.v2024_11_05, .v2025_03_26, .v2025_06_18, .v2025_11_25]

    /// The latest revision with sessions.
    public static let latestLegacy = ProtocolRevision.v2025_11_25

    /// Whether this is the name of a revision that exists.
    public var isKnown: Bool { self == .v2026_07_28 || Self.allLegacy.contains(self) }

    /// Its way of talking.
    public var era: Era { self >= .v2026_07_28 ? .modern : .legacy }

    /// What `initialize` is answered with: the revision asked for, or the latest that has `initialize`.
    public static func negotiate(_ requested: String) -> ProtocolRevision {
        let revision = ProtocolRevision(rawValue: requested)
        return Self.allLegacy.contains(revision) ? revision : .latestLegacy
    }

    /// Earlier dates come first.
    public static func < (left: ProtocolRevision, right: ProtocolRevision) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Whether several messages may come at once.
    public var hasBatches: Bool { self == .v2025_03_26 }
    /// Whether tools have a `title`.
    public var hasTitles: Bool { self >= .v2025_06_18 }
    /// Whether tools have an `outputSchema`.
    public var hasOutputSchemas: Bool { self >= .v2025_06_18 }
    /// Whether tools have annotations.
    public var hasAnnotations: Bool { self >= .v2025_03_26 }
}
