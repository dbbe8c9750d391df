/// Names that no other file has.
package enum UniqueName {
    /// 16 hexadecimal digits.
    package static func make() -> String {
        let text = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    /// A name for a temporary file: hidden, so that it is never taken for a note.
    package static func temporary() -> String { ".carrel-\(self.make()).tmp" }

    package static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".carrel-") && name.hasSuffix(".tmp") }
}
