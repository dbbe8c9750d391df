// The constants are named after the dates of the revisions.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// A revision of the Model Context Protocol, named by its date.
public struct ProtocolRevision: RawRepresentable, Hashable, Sendable, Comparable {
    /// The date, such as `2025-11-25`.
    public let rawValue: String

    /// Does not fail for unknown revisions.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// How a revision's requests relate to each other.
    public enum Era: Sendable {
        /// Handshake and sessions.
        case legacy
        /// Self-contained requests.
        case modern
    }

    /// HTTP with SSE; some clients name it over Streamable HTTP too.
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

    /// Whether the revision exists.
    public var isKnown: Bool { self == .v2026_07_28 || Self.allLegacy.contains(self) }

    /// Unknown revisions are classified by date.
    public var era: Era { self >= .v2026_07_28 ? .modern : .legacy }

    /// Negotiates `initialize`: the requested revision if it is a known legacy one, else the latest legacy one.
    public static func negotiate(_ requested: String) -> ProtocolRevision {
        let revision = ProtocolRevision(rawValue: requested)
        return Self.allLegacy.contains(revision) ? revision : .latestLegacy
    }

    /// Earlier dates come first.
    public static func < (left: ProtocolRevision, right: ProtocolRevision) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Whether a body may be a batch.
    public var hasBatches: Bool { self == .v2025_03_26 }
    /// Whether tools have a `title`.
    public var hasTitles: Bool { self >= .v2025_06_18 }
    /// Whether tools have an `outputSchema`.
    public var hasOutputSchemas: Bool { self >= .v2025_06_18 }
    /// Whether tools have annotations.
    public var hasAnnotations: Bool { self >= .v2025_03_26 }
}
