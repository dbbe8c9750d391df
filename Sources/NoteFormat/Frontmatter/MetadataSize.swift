internal import Encodings

/// How much metadata a caller may set.
///
/// Counts no further than the first limit that is exceeded, so that it costs no more than the largest metadata allowed.
struct MetadataSize {
    /// All keys, those of objects within others included.
    private static let maxKeys = 1000
    /// All values, elements of lists included.
    private static let maxValues = 10_000
    /// The UTF-8 of all keys and texts.
    private static let maxBytes = FrontmatterGuard.maxBytes
    private static let maxDepth = 16

    private var keys = 0
    private var values = 0
    private var bytes = 0

    /// - Throws: ``NoteFormatError`` with ``NoteFormatError/Code/invalidMetadata``.
    mutating func add(_ object: JSONObject, depth: Int) throws {
        self.keys += object.count
        guard self.keys <= Self.maxKeys else {
            throw MetadataRules.invalid("the metadata may have at most \(Self.maxKeys) keys")
        }
        for (key, value) in object {
            try self.add(bytes: key.utf8.count)
            try self.add(value, depth: depth)
        }
    }

    private mutating func add(_ value: JSONValue, depth: Int) throws {
        guard depth <= Self.maxDepth else {
            throw MetadataRules.invalid("the metadata may be nested at most \(Self.maxDepth) levels deep")
        }
        self.values += 1
        guard self.values <= Self.maxValues else {
            throw MetadataRules.invalid("the metadata may have at most \(Self.maxValues) values")
        }
        switch value {
        case .string(let text): try self.add(bytes: text.utf8.count)
        case .array(let elements):
            for element in elements { try self.add(element, depth: depth + 1) }
        case .object(let object): try self.add(object, depth: depth + 1)
        case .null, .bool, .integer, .number: break
        }
    }

    private mutating func add(bytes: Int) throws {
        self.bytes += bytes
        guard self.bytes <= Self.maxBytes else {
            throw MetadataRules.invalid("the metadata may have at most \(Self.maxBytes) bytes of text")
        }
    }
}
