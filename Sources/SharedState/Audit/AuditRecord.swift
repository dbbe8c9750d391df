/// A stored audit event.
package struct AuditRecord: Sendable, Hashable {
    /// Its place in the trail, such as `1700000000000-0`; the first part is the time in milliseconds since 1970.
    package let id: String
    /// The values by their names, most of them of ``AuditField``.
    package let fields: [String: String]

    package subscript(field: AuditField) -> String? { self.fields[field.rawValue] }

    /// When it was stored, in seconds since 1970.
    package var time: Int64 { (id.split(separator: "-").first.flatMap { Int64($0) } ?? 0) / 1000 }

    /// Merges events and others, newest first; where the limit does not suffice for both, half of each.
    static func merging(_ events: [AuditRecord], others: [AuditRecord], limit: Int) -> [AuditRecord] {
        let share = min(others.count, max(limit / 2, limit - events.count))
        let merged = events.prefix(limit - share) + others.prefix(share)  // bounded: lists
        return merged.map { (place: $0.place, record: $0) }.sorted { $0.place > $1.place }.map(\.record)
    }

    /// The two numbers of the id.
    private var place: (UInt64, UInt64) {
        let numbers = self.id.split(separator: "-").compactMap { UInt64($0) }
        return (numbers.first ?? 0, numbers.last ?? 0)
    }
}
