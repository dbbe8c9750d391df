package import Encodings

/// All that a note's file says by itself, without what other notes say of it.
package struct ParsedNote: Sendable {
    /// The frontmatter's title, else the first heading of level 1, else the file's name.
    package let title: String
    /// The text without frontmatter.
    package let body: String
    /// The lines of the text, at least 1.
    package let lineCount: Int
    package let metadata: JSONObject
    /// When the note was created, as its frontmatter has it; a time is in RFC 3339, UTC.
    package let created: String?
    package let outline: [Heading]
    package let links: [RawLink]
    /// The tags of frontmatter and text, sorted.
    package let tags: [String]
    /// What is wrong with the file; `nil` where nothing is.
    package let warning: String?

    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - stem: the name of the file without `.md`.
    package init(_ bytes: [UInt8], stem: Substring) {
        let reading = Self.read(NoteDocument(bytes))
        let text = MarkdownText(reading.body)
        self.body = reading.body
        self.metadata = reading.metadata
        self.warning = reading.warnings.isEmpty ? nil : reading.warnings.joined(separator: "; ")
        self.title = Self.title(stem, reading.metadata, text.outline)
        self.created = Self.created(reading.metadata)
        self.outline = text.outline
        self.lineCount = text.lineCount
        self.links = text.links
        self.tags = text.tags.union(Self.tags(reading.metadata)).sorted()
    }

    private typealias Reading = (metadata: JSONObject, body: String, warnings: [String])

    private static func read(_ document: NoteDocument) -> Reading {
        var warnings: [String] = []
        var metadata = JSONObject()
        if document.block != nil {
            do {
                guard let text = document.blockText else { throw NoteFormatError.frontmatter("it is not UTF-8") }
                metadata = try FrontmatterReader.read(text)
            } catch {
                warnings.append("the frontmatter cannot be read: \(error)")
            }
        }
        let bytes = document.bytes[document.bodyStart...]
        if let body = String(validating: bytes, as: UTF8.self) { return (metadata, body, warnings) }
        warnings.append("the text is not UTF-8; what could not be read is shown as \u{FFFD}")
        return (metadata, String(decoding: bytes, as: UTF8.self), warnings)
    }

    private static func title(_ stem: Substring, _ metadata: JSONObject, _ outline: [Heading]) -> String {
        if let text = self.text(metadata["title"]) { return text }
        if let heading = outline.first(where: { $0.level == 1 && !$0.text.isEmpty }) { return heading.text }
        return String(stem.map { $0 == "-" || $0 == "_" ? " " : $0 })
    }

    private static func created(_ metadata: JSONObject) -> String? {
        guard let text = self.text(metadata["created"]) else { return nil }
        return RFC3339.milliseconds(text).map { RFC3339.text(milliseconds: $0) } ?? text
    }

    /// A value as one line of text; `nil` where it is empty, or a list, or keys and values.
    private static func text(_ value: JSONValue?) -> String? {
        let text: String
        switch value {
        case .string(let string): text = string
        case .integer(let number): text = String(number)
        case .number(let number): text = String(number)
        case .bool(let flag): text = String(flag)
        case .null, .array, .object, nil: return nil
        }
        let line = text.prefix(bytes: 2000).prefix(500).split(whereSeparator: \.isNewline).joined(separator: " ")
        let trimmed = Whitespace.trimmed(line[...])
        return trimmed.isEmpty ? nil : trimmed
    }

    private static func tags(_ metadata: JSONObject) -> [String] {
        switch metadata["tags"] {
        // bounded: a list
        case .array(let elements): elements.prefix(500).compactMap { self.text($0).flatMap(TagName.normalized) }
        // Older notes have them in one line.
        case .string(let text):
            // bounded: a list
            text.split { $0 == "," || $0.isWhitespace }.prefix(500).compactMap { TagName.normalized(String($0)) }
        default: []
        }
    }
}
