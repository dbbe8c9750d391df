internal import CHiredis
import NIOCore

/// Parses replies with hiredis, building values incrementally.
///
/// hiredis calls ``ReplyFunctions`` for each element. Elements are appended to their parent at once; the reader owns
/// only the root, until it is taken out. Used on the event loop of its connection only.
struct ReplyReader: ~Copyable {
    private let reader: UnsafeMutablePointer<redisReader>

    init() throws(RedisError) {
        guard let reader = redisReaderCreateWithFunctions(ReplyFunctions.table) else {
            throw RedisError(.protocolError, "Out of memory for a reply reader.")
        }
        self.reader = reader
    }

    deinit {
        redisReaderFree(self.reader)
    }

    /// Parses bytes and passes on every complete reply.
    ///
    /// - Throws: ``RedisError`` with `.protocolError`; after that the reader cannot be used again.
    func feed(_ buffer: ByteBuffer, _ receive: (RedisValue) throws(RedisError) -> Void) throws(RedisError) {
        let fed = buffer.withUnsafeReadableBytes { bytes in
            redisReaderFeed(self.reader, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
        guard fed == REDIS_OK else { throw self.error() }
        while true {
            var reply: UnsafeMutableRawPointer?
            guard redisReaderGetReply(self.reader, &reply) == REDIS_OK else { throw self.error() }
            guard let reply else { return }
            // The reader transfers ownership with the pointer.
            let node = Unmanaged<ReplyNode>.fromOpaque(reply).takeRetainedValue()
            if !node.isOutOfBand { try receive(node.value) }
        }
    }

    private func error() -> RedisError {
        let text = withUnsafeBytes(of: self.reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RedisError(.protocolError, "Invalid reply: \(text)")
    }
}
