package import Encodings
package import SharedState

extension RequestBudget {
    /// The remaining limits as `_meta` of a tool's result; `nil` without limits.
    package var meta: [UInt8]? {
        guard self.requests != nil || self.writes != nil else { return nil }
        var writer = JSONWriter(capacity: 128)
        writer.object { writer in
            writer.key("carrel/limits")
            self.write(to: &writer)
        }
        return writer.bytes
    }

    /// The remaining requests, and the seconds until the full quota is available.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if let share = self.requests { writer.field("requests", object: share.write) }
            if let share = self.writes { writer.field("writes", object: share.write) }
        }
    }
}

extension RequestBudget.Share {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("remaining", self.remaining)
        writer.field("reset", self.reset)
    }
}
