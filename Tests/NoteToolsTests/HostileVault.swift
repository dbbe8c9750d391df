import Foundation

/// Notes that are as large, and as awkward to send, as notes may be.
struct HostileVault {
    /// The text of every note by its path.
    private(set) var bodies: [String: String] = [:]
    private(set) var tags: [String: Int] = [:]
    /// The notes that link to `target.md`.
    private(set) var linking: Set<String> = []

    private static let mebibyte = 1 << 20
    /// Four bytes of UTF-8 each.
    private static let letters = ["\u{10428}", "\u{10429}", "\u{1042A}", "\u{1042B}", "\u{1042C}", "\u{1042D}"]

    /// - Parameter count: how many small notes there are next to the large ones.
    init(count: Int) {
        self.add("target.md", "# Target")
        self.addLargeNotes()
        self.addTags()
        for index in 0..<count { self.addSmallNote(index) }
    }

    /// The paths of notes of about 1 MiB each.
    static let largePaths = [
        "large/line.md", "large/controls.md", "large/lines.md", "large/headings.md", "large/links.md", "large/marks.md",
        "large/quotes.md", "large/metadata.md",
    ]

    func write(to folder: URL) throws {
        for (path, body) in self.bodies {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            let head = path == "large/metadata.md" ? Self.metadata : ""
            try Data((head + body).utf8).write(to: file)
        }
    }

    private mutating func add(_ path: String, _ body: String, tags: [String] = []) {
        self.bodies[path] = body
        if body.contains("[[target]]") { self.linking.insert(path) }
        for tag in tags { self.tags[tag, default: 0] += 1 }
    }

    private mutating func addLargeNotes() {
        let heading = "# " + String(repeating: "\"", count: 900) + "\n\n"
        let texts = [
            String(repeating: "é", count: Self.mebibyte / 2),
            String(repeating: "\u{1}", count: Self.mebibyte),
            String(repeating: "\n", count: Self.mebibyte),
            String(repeating: heading, count: Self.mebibyte / heading.utf8.count),
            String(repeating: "[[\(String(repeating: "\\", count: 900))]]\n", count: 1100),
            "a" + String(repeating: "\u{301}", count: Self.mebibyte / 2 - 1),
            String(repeating: "\"\\\r\n", count: Self.mebibyte / 4),
            "text",
        ]
        for (path, text) in zip(Self.largePaths, texts) { self.add(path, text) }
    }

    /// 62 KiB of frontmatter.
    private static var metadata: String {
        let value = String(repeating: "\\x01", count: 20)
        return "---\n" + (1...600).map { "key\($0): \"\(value)\"\n" }.joined() + "---\n\n"
    }

    /// 10,000 tags of 100 letters, 500 of them in each note.
    private mutating func addTags() {
        for note in 0..<20 {
            let tags = (0..<500).map { Self.tag(note * 500 + $0) }
            self.add("tags/\(note).md", tags.map { "#\($0)" }.joined(separator: " "), tags: tags)
        }
    }

    private static func tag(_ number: Int) -> String {
        var digits = ""
        var rest = number
        for _ in 0..<100 {
            digits += self.letters[rest % 6]
            rest /= 6
        }
        return digits
    }

    /// A note with the longest of names and titles, found by `word`.
    private mutating func addSmallNote(_ index: Int) {
        let names = [
            "note \(index)", "\(index)" + String(repeating: "n", count: 190),
            "\(index)" + String(repeating: "語", count: 80),
            [String](repeating: String(repeating: Self.letters[index % 6], count: 60), count: 4).joined(separator: "/")
                + "/\(index)",
        ]
        let titles = [
            "", "# \(String(repeating: "\u{1}", count: 900))\n\n", "# \(String(repeating: "😀", count: 240))\n\n",
        ]
        let text = "word [[target]] " + String(repeating: index % 2 == 0 ? "\u{1}" : "\"", count: 230)
        self.add("\(names[index % names.count]).md", titles[index % titles.count] + text)
    }
}
