/// All that a note's file says by itself, without what other notes say of it.
///
/// A class, so that the cache and its readers share one.
final class ParsedNote: Sendable {
    let path: String
    let title: String
    let body: String
    let metadata: FrontmatterObject
    let created: String?
    let revision: String
    let sizeBytes: Int
    /// When the file was last changed, in milliseconds since 1970.
    let updated: Int
    let outline: [Heading]
    let links: [RawLink]
    /// Sorted.
    let tags: [String]
    let warning: String?

    /// Takes a note's file apart.
    init(path: NotePath, bytes: [UInt8], updated: Int) {
        let source = NoteSource(bytes)
        let reading = Self.read(source)
        let text = MarkdownText(reading.body)
        self.path = path.text
        self.body = reading.body
        self.metadata = reading.metadata
        self.warning = reading.warnings.isEmpty ? nil : reading.warnings.joined(separator: "; ")
        self.title = Self.title(path, reading.metadata, text.outline)
        self.created = Self.created(reading.metadata)
        self.revision = Revision.of(bytes)
        self.sizeBytes = bytes.count
        self.updated = updated
        self.outline = text.outline
        self.links = text.links
        self.tags = text.tags.union(Self.tags(reading.metadata)).sorted()
    }

    /// About how many bytes of memory the note takes.
    var cost: Int { self.body.utf8.count + self.links.count * 96 + self.outline.count * 64 + 1024 }

    private typealias Reading = (metadata: FrontmatterObject, body: String, warnings: [String])

    private static func read(_ source: NoteSource) -> Reading {
        var warnings: [String] = []
        var metadata = FrontmatterObject()
        if source.block != nil {
            do {
                guard let text = source.blockText else { throw FrontmatterFault("it is not UTF-8") }
                metadata = try FrontmatterReader.read(text)
            } catch {
                warnings.append("the frontmatter cannot be read: \(error)")
            }
        }
        let bytes = source.bytes[source.bodyStart...]
        if let body = String(validating: bytes, as: UTF8.self) { return (metadata, body, warnings) }
        warnings.append("the text is not UTF-8; what could not be read is shown as \u{FFFD}")
        return (metadata, String(decoding: bytes, as: UTF8.self), warnings)
    }

    private static func title(_ path: NotePath, _ metadata: FrontmatterObject, _ outline: [Heading]) -> String {
        if let text = self.text(metadata["title"]) { return text }
        if let heading = outline.first(where: { $0.level == 1 && !$0.text.isEmpty }) { return heading.text }
        return String(path.stem.map { $0 == "-" || $0 == "_" ? " " : $0 })
    }

    private static func created(_ metadata: FrontmatterObject) -> String? {
        guard let text = self.text(metadata["created"]) else { return nil }
        return Timestamp.milliseconds(text).map { Timestamp.text(milliseconds: $0) } ?? text
    }

    /// A value as one line of text; `nil` where it is empty, or a list, or keys and values.
    private static func text(_ value: FrontmatterValue?) -> String? {
        let text: String
        switch value {
        case .string(let string): text = string
        case .integer(let number): text = String(number)
        case .number(let number): text = String(number)
        case .bool(let flag): text = String(flag)
        case .null, .array, .object, nil: return nil
        }
        let line = text.prefix(500).split(whereSeparator: \.isNewline).joined(separator: " ")
        let trimmed = LinkText.trimmed(line[...])
        return trimmed.isEmpty ? nil : trimmed
    }

    private static func tags(_ metadata: FrontmatterObject) -> [String] {
        switch metadata["tags"] {
        case .array(let elements): elements.prefix(500).compactMap { self.text($0).flatMap(TagName.normalized) }
        // Older notes have them in one line.
        case .string(let text):
            text.split { $0 == "," || $0.isWhitespace }.prefix(500).compactMap { TagName.normalized(String($0)) }
        default: []
        }
    }
}
