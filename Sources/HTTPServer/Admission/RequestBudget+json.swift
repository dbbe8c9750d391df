package import Encodings
package import SharedState

extension RequestBudget {
    /// The remaining limits as `_meta` of a tool's result; `nil` without limits.
    package var meta: [UInt8]? {
        guard self.requests != nil || self.writes != nil else { return nil }
        var writer = JSONWriter(capacity: 128)
        writer.object { writer in
            writer.field("carrel/limits", object: self.writeRequests)
        }
        return writer.bytes
    }

    /// What is left of each limit, and the seconds until all of it is available.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            self.writeRequests(to: &writer)
            if let share = self.bytes { writer.field("bytes", object: share.write) }
        }
    }

    private func writeRequests(to writer: inout JSONWriter) {
        if let share = self.requests { writer.field("requests", object: share.write) }
        if let share = self.writes { writer.field("writes", object: share.write) }
    }
}

extension RequestBudget.Share {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("remaining", self.remaining)
        writer.field("reset", self.reset)
    }
}
