package import Encodings

/// What a caller may set in the frontmatter.
package enum MetadataRules {
    private static let maxKeyCharacters = 200
    private static let maxTitleCharacters = 500

    /// - Throws: ``NoteFormatError`` with ``NoteFormatError/Code/invalidMetadata``.
    package static func check(_ metadata: JSONObject) throws {
        // First, so that all that follows is bounded.
        var size = MetadataSize()
        try size.add(metadata, depth: 1)
        try self.checkKeys(metadata)
        guard metadata["version"] == nil else { throw self.invalid("the frontmatter key 'version' is reserved") }
        if let tags = metadata["tags"] { try self.checkTags(tags) }
        if let title = metadata["title"] {
            guard case .string(let text) = title else { throw self.invalid("title must be a text") }
            try self.checkTitle(text)
        }
        if let created = metadata["created"] {
            guard case .string(let text) = created, RFC3339.milliseconds(text) != nil else {
                throw self.invalid("created must be a time in ISO 8601, such as 2026-01-31T12:00:00Z")
            }
        }
    }

    /// - Throws: ``NoteFormatError`` with ``NoteFormatError/Code/invalidMetadata``.
    package static func checkTitle(_ title: String) throws {
        guard title.utf8.count <= self.maxTitleCharacters * 4, title.unicodeScalars.count <= self.maxTitleCharacters
        else { throw self.invalid("title may have at most \(self.maxTitleCharacters) characters") }
        guard !Whitespace.trimmed(title[...]).isEmpty else { throw self.invalid("title must not be empty") }
        guard !title.contains(where: \.isNewline) else { throw self.invalid("title must be one line") }
    }

    private static func checkTags(_ tags: JSONValue) throws {
        guard case .array(let elements) = tags else { throw self.invalid("tags must be a list of texts") }
        for element in elements {
            guard case .string = element else { throw self.invalid("tags must be a list of texts") }
        }
    }

    private static func checkKeys(_ object: JSONObject) throws {
        for (key, value) in object {
            guard !key.isEmpty, key.utf8.count <= self.maxKeyCharacters * 4,
                key.unicodeScalars.count <= self.maxKeyCharacters,
                key.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
            else { throw self.invalid("a frontmatter key must be 1 to \(self.maxKeyCharacters) printable characters") }
            try self.checkValue(value)
        }
    }

    private static func checkValue(_ value: JSONValue) throws {
        switch value {
        case .array(let elements):
            for element in elements { try self.checkValue(element) }
        case .object(let object): try self.checkKeys(object)
        case .number(let number):
            guard number.isFinite else { throw self.invalid("a number in the metadata must be finite") }
        case .null, .bool, .integer, .string: break
        }
    }

    static func invalid(_ message: String) -> NoteFormatError { NoteFormatError(.invalidMetadata, message) }
}
