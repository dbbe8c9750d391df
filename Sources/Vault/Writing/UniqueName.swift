/// Names that no other file has.
enum UniqueName {
    static func make() -> String {
        let text = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    /// A name for a file in the making: hidden, so that it is never taken for a note.
    static func temporary() -> String { ".carrel-\(self.make()).tmp" }

    static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".carrel-") && name.hasSuffix(".tmp") }
}
