import Encodings
import MCPServer
import Vault

/// A page of a list as structured content, with as many elements as fit.
///
/// Its text is the JSON itself, so that what counts is what the JSON takes with its escapes.
struct ListAnswer: Sendable {
    private var json: JSONWriter
    private let room: Int
    private var isEmpty = true

    /// - Parameter cursorBytes: how long a cursor may be.
    init(_ name: StaticString, within limit: AnswerLimit, cursorBytes: Int = 2048) {
        self.room = limit.bytes - cursorBytes
        self.json = JSONWriter(capacity: 16 << 10)
        self.json.beginObject()
        self.json.key(name)
        self.json.beginArray()
    }

    /// Adds an element if it fits; the first always does, as all that an element holds is bounded.
    mutating func take(_ write: (inout JSONWriter) -> Void) -> Bool {
        let mark = self.json.mark
        write(&self.json)
        guard self.isEmpty || self.json.bytes.count <= self.room else {
            self.json.rewind(to: mark)
            return false
        }
        self.isEmpty = false
        return true
    }

    fileprivate func ended(_ nextCursor: String?) -> ToolOutcome {
        var json = self.json
        json.endArray()
        if let nextCursor { json.field("next_cursor", nextCursor) }
        json.endObject()
        return .result(json.bytes)
    }
}

extension Page<ListAnswer> {
    var outcome: ToolOutcome { self.content.ended(self.nextCursor) }
}
