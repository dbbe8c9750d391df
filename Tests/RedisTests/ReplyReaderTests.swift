import NIOCore
import TestSupport
import Testing

@testable import Redis

struct ReplyReaderTests {
    private func read(_ chunks: [[UInt8]]) throws -> [RedisValue] {
        let reader = try ReplyReader()
        var values: [RedisValue] = []
        for chunk in chunks {
            try reader.feed(ByteBuffer(bytes: chunk)) { value throws(RedisError) in values.append(value) }
        }
        return values
    }

    private static let text =
        "+OK\r\n:42\r\n$3\r\nfoo\r\n$-1\r\n*-1\r\n-ERR no\r\n*3\r\n:1\r\n*2\r\n+a\r\n*0\r\n$0\r\n\r\n"
    private static let expected: [RedisValue] = [
        .status("OK"), .integer(42), .bytes([102, 111, 111]), .null, .null, .error("ERR no"),
        .array([.integer(1), .array([.status("a"), .array([])]), .bytes([])]),
    ]

    @Test func repliesAreReadAtOnce() throws {
        let values = try self.read([Array(Self.text.utf8)])
        #expect(values == Self.expected)
    }

    @Test func repliesMaySplitAnywhere() throws {
        let bytes = Array(Self.text.utf8)
        let bytewise = try self.read(bytes.map { [$0] })
        #expect(bytewise == Self.expected)
        for place in 0...bytes.count {
            let values = try self.read([Array(bytes[..<place]), Array(bytes[place...])])
            #expect(values == Self.expected)
        }
    }

    /// The replies parsed from some chunks, and whether the rest is invalid.
    private func outcome(_ chunks: [[UInt8]]) throws -> (values: [RedisValue], failed: Bool) {
        let reader = try ReplyReader()
        var values: [RedisValue] = []
        for chunk in chunks {
            do throws(RedisError) {
                try reader.feed(ByteBuffer(bytes: chunk)) { value throws(RedisError) in values.append(value) }
            } catch {
                return (values, true)
            }
        }
        return (values, false)
    }

    private func split(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(rest.count, 12), using: &generator)
            chunks.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return chunks
    }

    private func reply(depth: Int, using generator: inout SeededGenerator) -> RedisValue {
        let text = (0..<Int.random(in: 0..<8, using: &generator)).map { _ in
            Character(UnicodeScalar(UInt8.random(in: 32..<127, using: &generator)))
        }
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 2: return .status(String(text))
        case 3: return .error(String(text))
        case 4:
            let count = Int.random(in: 0..<30, using: &generator)
            return .bytes((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        default:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in self.reply(depth: depth - 1, using: &generator) })
        }
    }

    private func encoded(_ value: RedisValue) -> [UInt8] {
        switch value {
        case .null: return Array("$-1\r\n".utf8)
        case .integer(let number): return Array(":\(number)\r\n".utf8)
        case .status(let text): return Array("+\(text)\r\n".utf8)
        case .error(let text): return Array("-\(text)\r\n".utf8)
        case .bytes(let bytes): return Array("$\(bytes.count)\r\n".utf8) + bytes + Array("\r\n".utf8)
        case .array(let elements):
            return Array("*\(elements.count)\r\n".utf8) + elements.flatMap { self.encoded($0) }
        }
    }

    @Test func randomRepliesAreParsedInAnyChunks() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<3000 {
            let count = Int.random(in: 1..<6, using: &generator)
            var values: [RedisValue] = []
            for _ in 0..<count { values.append(self.reply(depth: 3, using: &generator)) }
            let chunks = self.split(values.flatMap { self.encoded($0) }, using: &generator)
            let read = try self.read(chunks)
            #expect(read == values)
        }
    }

    @Test func bytesAreParsedAlikeInAnyChunks() throws {
        var generator = SeededGenerator(seed: 13)
        let alphabet = Array("+-:$*0123\r\n\r\n\r\nab".utf8)
        for _ in 0..<10_000 {
            let count = Int.random(in: 0..<60, using: &generator)
            var bytes: [UInt8] = []
            for _ in 0..<count { bytes.append(alphabet.randomElement(using: &generator) ?? 0) }
            let whole = try self.outcome([bytes])
            let pieces = try self.outcome(self.split(bytes, using: &generator))
            #expect(whole.values == pieces.values)
            #expect(whole.failed == pieces.failed)
        }
    }

    @Test(arguments: ["?\r\n", "hello\r\n", "*x\r\n", "$x\r\n", ":1x\r\n", "$-2\r\n", "*-5\r\n"])
    func otherBytesAreAProtocolError(text: String) {
        #expect(throws: RedisError.self) { try self.read([Array(text.utf8)]) }
    }

    @Test func anAnnouncedLengthAllocatesNoMemory() throws {
        let values = try self.read([Array("*1000000000\r\n:1\r\n".utf8), Array("$500000000\r\nx".utf8)])
        #expect(values.isEmpty)
    }

    @Test func noBytesMakeItCrash() throws {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("+-:$*0123456789\r\n\r\n\r\nabc\u{0}\u{ff}".utf8)
        var errors = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<40, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            do {
                _ = try self.read([bytes, bytes])
            } catch is RedisError {
                errors += 1
            }
        }
        #expect(errors > 1000)
    }
}
