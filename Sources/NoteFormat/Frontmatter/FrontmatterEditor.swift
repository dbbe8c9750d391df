internal import Encodings

/// Sets single keys of frontmatter and leaves every byte of the others as it is.
///
/// It knows only as much YAML as it takes to find where a top-level key begins and ends; ``edited()`` reads the
/// result back and compares it, so what it does not understand is refused rather than corrupted.
struct FrontmatterEditor {
    /// A key with its value as they stand in the text, or what stands between two of them.
    private struct Part {
        var key: String?
        var text: String
    }

    private var parts: [Part]
    /// Where each key is.
    private var indices: [String: Int]
    /// The keys and values with all changes.
    private(set) var object: JSONObject
    private let newline: String

    /// - Throws: ``NoteFormatError`` where it cannot be read.
    init(_ text: String, newline: String) throws {
        self.object = try FrontmatterReader.read(text)
        self.newline = newline
        self.parts = Self.parts(of: text)
        self.indices = [:]
        for (index, part) in self.parts.enumerated() {
            if let key = part.key, self.indices[key] == nil { self.indices[key] = index }
        }
    }

    subscript(key: String) -> JSONValue? { self.object[key] }

    /// Sets a key.
    mutating func set(_ key: String, _ value: JSONValue) {
        guard self.object[key] != value else { return }
        self.replace(key, with: YAMLWriter.entry(key, value, newline: self.newline))
        self.object[key] = value
    }

    /// Sets the keys of another text, each as it stands there.
    mutating func set(keysOf other: FrontmatterEditor) {
        for part in other.parts {
            guard let key = part.key, let value = other.object[key] else { continue }
            self.replace(key, with: part.text)
            self.object[key] = value
        }
    }

    /// The text with all changes.
    ///
    /// - Throws: ``NoteFormatError`` where the text is of a kind that cannot be changed key by key.
    func edited() throws -> String {
        let text = self.parts.map(\.text).joined()
        guard Self.isSame(try FrontmatterReader.read(text), self.object) else {
            throw NoteFormatError.frontmatter("it is written in a way that cannot be changed key by key")
        }
        return text
    }

    private mutating func replace(_ key: String, with text: String) {
        if let index = self.indices[key] {
            self.parts[index].text = text
            return
        }
        if let last = self.parts.indices.last, !self.parts[last].text.isEmpty, !self.parts[last].text.hasSuffix("\n"),
            !self.parts[last].text.hasSuffix("\r\n")
        {
            self.parts[last].text += self.newline
        }
        self.indices[key] = self.parts.count
        self.parts.append(Part(key: key, text: text.hasSuffix(self.newline) ? text : text + self.newline))
    }

    /// Equal, where not-a-number is equal to itself.
    private static func isSame(_ left: JSONObject, _ right: JSONObject) -> Bool {
        left.count == right.count
            && left.allSatisfy { key, value in
                right[key].map { $0 == value || "\($0)" == "\(value)" } ?? false
            }
    }

    // MARK: Finding keys

    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        // Empty lines and comments belong to the key before them only if more of its value follows.
        var pending = ""
        for line in self.lines(of: text) {
            if let key = self.key(of: line) {
                if !pending.isEmpty { parts.append(Part(key: nil, text: pending)) }
                pending = ""
                parts.append(Part(key: key, text: String(line)))
            } else if self.isFiller(line) || parts.isEmpty {
                pending += line
            } else {
                parts[parts.count - 1].text += pending + line
                pending = ""
            }
        }
        if !pending.isEmpty { parts.append(Part(key: nil, text: pending)) }
        return parts
    }

    private static func lines(of text: String) -> [Substring] {
        var lines: [Substring] = []
        var start = text.startIndex
        while start < text.endIndex {
            let newline = text.utf8[start...].firstIndex(of: 0x0A)
            let end = newline.map { text.utf8.index(after: $0) } ?? text.endIndex
            lines.append(text[start..<end])
            start = end
        }
        return lines
    }

    private static func isFiller(_ line: Substring) -> Bool {
        line.utf8.first == UInt8(ascii: "#")
            || line.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    }

    /// The key that a line begins with, if it is one that stands at the line's very beginning.
    private static func key(of line: Substring) -> String? {
        guard let first = line.utf8.first, !" \t#-?[]{}&*!|>%@`,\r\n".utf8.contains(first) else { return nil }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return self.quotedKey(of: line, quote: first) }
        var index = line.utf8.startIndex
        while let colon = line.utf8[index...].firstIndex(of: UInt8(ascii: ":")) {
            index = line.utf8.index(after: colon)
            let next = index < line.utf8.endIndex ? line.utf8[index] : 0x0A
            guard next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D else { continue }
            let key = line[..<colon]
            return key.contains(" #") ? nil : String(key).trimmingTrailingSpaces()
        }
        return nil
    }

    private static func quotedKey(of line: Substring, quote: UInt8) -> String? {
        let content = line.utf8.dropFirst()
        guard let end = content.firstIndex(of: quote) else { return nil }
        let key = line[content.startIndex..<end]
        let rest = line.utf8[line.utf8.index(after: end)...].drop { $0 == 0x20 }
        // A key with escapes is left to the comparison, which does not find it and refuses.
        guard rest.first == UInt8(ascii: ":"), !key.contains("\\") else { return nil }
        return String(key)
    }
}

extension String {
    fileprivate func trimmingTrailingSpaces() -> String {
        var text = self
        while text.utf8.last == 0x20 || text.utf8.last == 0x09 { text.removeLast() }
        return text
    }
}
