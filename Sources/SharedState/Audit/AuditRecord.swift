/// A stored audit event.
package struct AuditRecord: Sendable, Hashable {
    /// Its place in the trail, such as `1700000000000-0`; the first part is the time in milliseconds since 1970.
    package let id: String
    /// The values by their names, most of them of ``AuditField``.
    package let fields: [String: String]

    package subscript(field: AuditField) -> String? { self.fields[field.rawValue] }

    /// When it was stored, in seconds since 1970.
    package var time: Int64 { (id.split(separator: "-").first.flatMap { Int64($0) } ?? 0) / 1000 }
}
