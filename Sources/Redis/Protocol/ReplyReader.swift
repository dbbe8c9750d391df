internal import CHiredis
import NIOCore

/// Reads replies from bytes by hiredis, building values as they come.
///
/// hiredis asks the functions below for an object of each element. Elements of an array are put into their parent at
/// once; only the object of the reply itself is owned by the reader, until it is taken out. The reader is used on the
/// event loop of its connection alone.
struct ReplyReader: ~Copyable {
    private let reader: UnsafeMutablePointer<redisReader>

    init() throws(RedisError) {
        guard let reader = redisReaderCreateWithFunctions(ReplyFunctions.table) else {
            throw RedisError(.protocolError, "There is no memory for a reader of replies.")
        }
        self.reader = reader
    }

    deinit {
        redisReaderFree(self.reader)
    }

    /// Takes bytes and hands on every reply they complete.
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
            // The reader has given up its ownership with the pointer.
            let node = Unmanaged<ReplyNode>.fromOpaque(reply).takeRetainedValue()
            if !node.isAside { try receive(node.value) }
        }
    }

    private func error() -> RedisError {
        let text = withUnsafeBytes(of: self.reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RedisError(.protocolError, "The reply cannot be read: \(text)")
    }
}
