import Encodings
import MCPCore

/// Schemas that several tools share.
enum Schemas {
    /// More code points than a path may have: it comes as the client has it, and is counted once it is in NFC.
    private static let maxPath: JSONValue = 1024

    static let path: JSONValue = [
        "type": "string",
        "description": "Path of the note within the vault, such as 'projects/roadmap.md'.",
        "minLength": 1,
        "maxLength": Self.maxPath,
    ]
    static let ifMatch: JSONValue = [
        "type": "string",
        "description": """
        The revision you read; the call fails with 'conflict' when the note has changed since. \
        'none' means that there must be no such note yet.
        """,
        "maxLength": 64,
    ]
    static let cursor: JSONValue = [
        "type": "string", "description": "next_cursor of the page before.", "maxLength": 8192,
    ]

    static func limit(_ most: Int, default standard: Int) -> JSONValue {
        ["type": "integer", "minimum": 1, "maximum": .integer(Int64(most)), "default": .integer(Int64(standard))]
    }

    static func folder(_ description: String) -> JSONValue {
        ["type": "string", "description": .string(description), "maxLength": Self.maxPath]
    }

    /// Twice as much as a tag may have, for a `#` and space around it.
    static func tag(_ description: String? = nil) -> JSONValue {
        var schema: JSONObject = ["type": "string"]
        if let description { schema["description"] = .string(description) }
        schema["maxLength"] = 200
        return .object(schema)
    }

    static let text: JSONValue = ["type": "string"]
    static let count: JSONValue = ["type": "integer", "minimum": 0]
    static let flag: JSONValue = ["type": "boolean"]
    static let tags: JSONValue = ["type": "array", "items": ["type": "string"]]

    static let link: JSONValue = Self.object(
        ["target": Self.text, "path": ["type": ["string", "null"]]],
        required: ["target", "path"]
    )
    static let heading: JSONValue = Self.object(
        ["level": Self.count, "text": Self.text, "line": Self.count],
        required: ["level", "text", "line"]
    )
    static let note: JSONValue = Self.object(
        [
            "title": Self.text, "note_path": Self.text, "path": Self.text, "body": Self.text,
            "metadata": ["type": "object"], "updated": Self.text, "created": ["type": ["string", "null"]],
            "revision": Self.text, "size_bytes": Self.count,
            "outline": ["type": "array", "items": Self.heading],
            "links": ["type": "array", "items": Self.link],
            "backlinks_count": Self.count, "warning": Self.text,
            "truncated": Self.flag, "next_line": Self.count, "next_byte": Self.count,
            "part": Self.object(
                ["from_line": Self.count, "to_line": Self.count, "lines": Self.count],
                required: ["from_line", "to_line", "lines"]
            ),
            "metadata_truncated": Self.flag, "outline_truncated": Self.flag, "links_truncated": Self.flag,
        ],
        required: ["title", "note_path", "path", "body", "metadata", "updated", "revision"]
    )

    static func object(_ properties: JSONObject, required: [String]) -> JSONValue {
        .object(Self.fields(properties, required: required))
    }

    static func fields(_ properties: JSONObject, required: [String]) -> JSONObject {
        ["type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) })]
    }

    /// Arguments; any other property is rejected.
    static func arguments(_ properties: JSONObject, required: [String] = []) -> JSONObject {
        var schema: JSONObject = ["type": "object"]
        if !properties.isEmpty { schema["properties"] = .object(properties) }
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        schema["additionalProperties"] = .bool(false)
        return schema
    }

    /// A result with one page of a list, and the cursor of the next one.
    static func list(_ name: String, of element: JSONValue) -> JSONObject {
        Self.fields([name: ["type": "array", "items": element], "next_cursor": Self.text], required: [name])
    }
}
