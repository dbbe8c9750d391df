internal import CHiredis

/// Callbacks of hiredis that build a value for each element of a reply.
enum ReplyFunctions {
    /// Allocated once and never freed or changed: every reader points to it.
    nonisolated(unsafe) static let table: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let table = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        table.initialize(to: redisReplyObjectFunctions())
        table.pointee.createString = { task, text, count in
            guard let task else { return nil }
            var bytes = UnsafeRawBufferPointer(start: text, count: count)
            // A RESP3 verbatim string starts with its format, such as `txt:`.
            if carrel_is_verbatim(task) != 0, count >= 4 { bytes = UnsafeRawBufferPointer(rebasing: bytes[4...]) }
            switch task.pointee.type {
            case REDIS_REPLY_STATUS: return place(.status(String(decoding: bytes, as: UTF8.self)), task)
            case REDIS_REPLY_ERROR: return place(.error(String(decoding: bytes, as: UTF8.self)), task)
            default: return place(.bytes(Array(bytes)), task)
            }
        }
        carrel_set_create_array(table) { task, count in
            guard let task else { return nil }
            let node = ReplyNode(count: Int(count), isOutOfBand: carrel_is_out_of_band(task) != 0)
            guard let parent = parent(of: task) else { return Unmanaged.passRetained(node).toOpaque() }
            // The parent retains it; hiredis only passes the address to the elements' callbacks.
            parent.append(node)
            return Unmanaged.passUnretained(node).toOpaque()
        }
        table.pointee.createInteger = { task, number in
            guard let task else { return nil }
            return place(.integer(number), task)
        }
        table.pointee.createNil = { task in
            guard let task else { return nil }
            return place(.null, task)
        }
        // RESP3 doubles and booleans become what RESP2 sends instead.
        carrel_set_resp3(
            table,
            { task, _, text, count in
                guard let task else { return nil }
                return place(.bytes(Array(UnsafeRawBufferPointer(start: text, count: count))), task)
            },
            { task, flag in
                guard let task else { return nil }
                return place(.integer(flag == 0 ? 0 : 1), task)
            }
        )
        // Called for the root only, when the reader is freed or fails in the middle of a reply.
        table.pointee.freeObject = { object in
            guard let object else { return }
            Unmanaged<ReplyNode>.fromOpaque(object).release()
        }
        return table
    }()

    /// hiredis parses RESP3 from version 1.0 on.
    static var supportsRESP3: Bool { carrel_supports_resp3() != 0 }

    private static func parent(of task: UnsafePointer<redisReadTask>) -> ReplyNode? {
        guard let parent = task.pointee.parent, let object = parent.pointee.obj else { return nil }
        return Unmanaged<ReplyNode>.fromOpaque(object).takeUnretainedValue()
    }

    /// Appends a value to its array or makes it the root; hiredis takes a null address for out of memory.
    private static func place(
        _ value: RedisValue,
        _ task: UnsafePointer<redisReadTask>
    ) -> UnsafeMutableRawPointer? {
        guard let parent = self.parent(of: task) else {
            return Unmanaged.passRetained(ReplyNode(value)).toOpaque()
        }
        parent.append(value)
        return Unmanaged.passUnretained(parent).toOpaque()
    }
}
