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

    @Test(arguments: ["?\r\n", "hello\r\n", "*x\r\n", "$x\r\n", ":1x\r\n", "$-2\r\n", "*-5\r\n"])
    func otherBytesAreAProtocolError(text: String) {
        #expect(throws: RedisError.self) { try self.read([Array(text.utf8)]) }
    }

    @Test func aLengthThatIsOnlyClaimedTakesNoMemory() throws {
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
