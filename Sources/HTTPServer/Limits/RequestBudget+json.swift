import Encodings
import MCPCore
import SharedState

extension RequestBudget {
    /// What a tool's result tells an agent of its limits, as its `_meta`; `nil` where there are none.
    var meta: [UInt8]? {
        guard self.requests != nil || self.writes != nil else { return nil }
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("carrel/limits")
        self.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// The limits as an object: what is left, and in how many seconds all of it may come again.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if let share = self.requests {
            writer.key("requests")
            share.write(to: &writer)
        }
        if let share = self.writes {
            writer.key("writes")
            share.write(to: &writer)
        }
        writer.endObject()
    }
}

extension RequestBudget.Share {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("remaining")
        writer.value(self.remaining)
        writer.key("reset")
        writer.value(self.reset)
        writer.endObject()
    }
}
