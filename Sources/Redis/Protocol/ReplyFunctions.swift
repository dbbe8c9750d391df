internal import CHiredis

/// What hiredis calls for each element of a reply.
enum ReplyFunctions {
    /// Made once and never freed or changed: every reader points to it.
    nonisolated(unsafe) static let table: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let table = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        table.initialize(to: redisReplyObjectFunctions())
        table.pointee.createString = { task, text, count in
            guard let task else { return nil }
            let bytes = UnsafeRawBufferPointer(start: text, count: count)
            switch task.pointee.type {
            case REDIS_REPLY_STATUS: return place(.status(String(decoding: bytes, as: UTF8.self)), task)
            case REDIS_REPLY_ERROR: return place(.error(String(decoding: bytes, as: UTF8.self)), task)
            default: return place(.bytes(Array(bytes)), task)
            }
        }
        carrel_set_create_array(table) { task, count in
            guard let task else { return nil }
            let node = ReplyNode(count: Int(count))
            guard let parent = parent(of: task) else { return Unmanaged.passRetained(node).toOpaque() }
            // The parent keeps it alive; hiredis only passes the address on to the elements.
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
        // Called for the reply itself only, when the reader is freed or fails with one half read.
        table.pointee.freeObject = { object in
            guard let object else { return }
            Unmanaged<ReplyNode>.fromOpaque(object).release()
        }
        return table
    }()

    private static func parent(of task: UnsafePointer<redisReadTask>) -> ReplyNode? {
        guard let parent = task.pointee.parent, let object = parent.pointee.obj else { return nil }
        return Unmanaged<ReplyNode>.fromOpaque(object).takeUnretainedValue()
    }

    /// Puts a value into its array, or makes it the reply itself; hiredis wants an address that is not null.
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
