internal import CHiredis
import NIOCore

/// Encodes commands as RESP with hiredis.
enum CommandEncoder {
    static func encode(_ words: [String], into buffer: inout ByteBuffer) throws(RedisError) {
        var text: [UInt8] = []
        var counts: [Int] = []
        counts.reserveCapacity(words.count)
        text.reserveCapacity(words.reduce(0) { $0 + $1.utf8.count })
        for word in words {
            text.append(contentsOf: word.utf8)
            counts.append(word.utf8.count)
        }
        var command: UnsafeMutablePointer<CChar>?
        let written = text.withUnsafeBytes { bytes -> Int in
            var start = bytes.bindMemory(to: CChar.self).baseAddress
            var pointers: [UnsafePointer<CChar>?] = []
            pointers.reserveCapacity(counts.count)
            for count in counts {
                pointers.append(start)
                start = start.map { $0 + count }
            }
            return Int(redisFormatCommandArgv(&command, Int32(counts.count), &pointers, &counts))
        }
        guard written > 0, let command else {
            throw RedisError(.protocolError, "Out of memory for a command.")
        }
        defer { redisFreeCommand(command) }
        buffer.writeBytes(UnsafeRawBufferPointer(start: command, count: written))
    }
}
