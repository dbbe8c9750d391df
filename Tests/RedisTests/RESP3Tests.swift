import NIOCore
import TestSupport
import Testing

@testable import Redis

/// Needs hiredis 1.0 or later; `scripts/test-resp3` runs these.
@Suite(.serialized, .enabled("hiredis supports RESP3") { ReplyFunctions.supportsRESP3 })
struct RESP3Tests {
    private func read(_ chunks: [[UInt8]]) throws -> [RedisValue] {
        let reader = try ReplyReader()
        var values: [RedisValue] = []
        for chunk in chunks {
            try reader.feed(ByteBuffer(bytes: chunk)) { value throws(RedisError) in values.append(value) }
        }
        return values
    }

    /// Bytes and the expected value; `nil` if they are not a reply.
    private static let forms: [(text: String, value: RedisValue?)] = [
        ("_\r\n", .null), ("#t\r\n", .integer(1)), ("#f\r\n", .integer(0)), (",1.5\r\n", .bytes(Array("1.5".utf8))),
        (",inf\r\n", .bytes(Array("inf".utf8))), (",-inf\r\n", .bytes(Array("-inf".utf8))),
        (",10\r\n", .bytes(Array("10".utf8))), ("=7\r\ntxt:a\r\n\r\n", .bytes(Array("a\r\n".utf8))),
        ("=4\r\nmkd:\r\n", .bytes([])),
        ("%2\r\n+a\r\n:1\r\n+b\r\n_\r\n", .array([.status("a"), .integer(1), .status("b"), .null])),
        ("%0\r\n", .array([])),
        (
            "~3\r\n:1\r\n#t\r\n%1\r\n+k\r\n*0\r\n",
            .array([.integer(1), .integer(1), .array([.status("k"), .array([])])])
        ),
        (">3\r\n+message\r\n+c\r\n$1\r\nx\r\n", nil), (">1\r\n%1\r\n+a\r\n~1\r\n:1\r\n", nil), (">0\r\n", nil),
        ("|1\r\n+ttl\r\n:3600\r\n", nil),
        (
            "(3492890328409238509324850943850943825024385\r\n",
            .bytes(Array("3492890328409238509324850943850943825024385".utf8))
        ),
    ]

    @Test func everyTypeIsParsedAcrossChunks() throws {
        for (text, value) in Self.forms {
            let (bytes, expected) = (Array(text.utf8) + Array(":7\r\n".utf8), [value, .integer(7)].compactMap { $0 })
            for place in 0...bytes.count {
                let values = try self.read([Array(bytes[..<place]), Array(bytes[place...])])
                #expect(values == expected, "\(text) split at \(place)")
            }
        }
    }

    @Test func randomRepliesAreParsedInAnyChunks() throws {
        var generator = SeededGenerator(seed: 19)
        for _ in 0..<3000 {
            var (bytes, expected): ([UInt8], [RedisValue]) = ([], [])
            for _ in 0..<Int.random(in: 1..<8, using: &generator) {
                let form = self.form(depth: 3, using: &generator)
                bytes += form.bytes
                expected.append(form.value)
                // Out-of-band data between replies.
                let aside = Self.forms.filter { $0.value == nil }.randomElement(using: &generator)
                if let aside, Bool.random(using: &generator) { bytes += Array(aside.text.utf8) }
            }
            var (chunks, rest): ([[UInt8]], ArraySlice<UInt8>) = ([], bytes[...])
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, 12), using: &generator)
                chunks.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let values = try self.read(chunks)
            #expect(values == expected)
        }
    }

    private func form(depth: Int, using generator: inout SeededGenerator) -> (bytes: [UInt8], value: RedisValue) {
        let kind = Int.random(in: 0..<(depth > 0 ? 4 : 1), using: &generator)
        let count = Int.random(in: 0..<4, using: &generator)
        guard kind > 0 else {
            let leaves = Self.forms.compactMap { form in form.value.map { (Array(form.text.utf8), $0) } }
            return leaves.randomElement(using: &generator) ?? ([], .null)
        }
        let inner = (0..<(kind == 1 ? count * 2 : count)).map { _ in self.form(depth: depth - 1, using: &generator) }
        let head = ["%", "~", "*"][kind - 1] + "\(count)\r\n"
        return (Array(head.utf8) + inner.flatMap(\.bytes), .array(inner.map(\.value)))
    }

    @Test func randomBytesNeverCrashAndParseAlikeInAnyChunks() throws {
        var generator = SeededGenerator(seed: 23)
        let alphabet = Array("+-:$*_#,=%~>|(0123\r\n\r\n\r\n\r\ntf.e:txt".utf8)
        var errors = 0
        for _ in 0..<30_000 {
            let bytes = (0..<Int.random(in: 0..<50, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let whole = self.outcome([bytes])
            let pieces = self.outcome(bytes.map { [$0] })
            if whole.failed { errors += 1 }
            #expect(whole.values == pieces.values)
            #expect(whole.failed == pieces.failed)
        }
        #expect(errors > 1000)
    }

    private func outcome(_ chunks: [[UInt8]]) -> (values: [RedisValue], failed: Bool) {
        var values: [RedisValue] = []
        do {
            let reader = try ReplyReader()
            for chunk in chunks {
                try reader.feed(ByteBuffer(bytes: chunk)) { value throws(RedisError) in values.append(value) }
            }
            return (values, false)
        } catch {
            return (values, true)
        }
    }

    @Test(arguments: ["#x\r\n", ",x\r\n", "=3\r\nabc\r\n", "=5\r\nabcde\r\n", "(1x\r\n", "_x\r\n", "%-5\r\n"])
    func otherBytesAreAProtocolError(text: String) {
        #expect(throws: RedisError.self) { try self.read([Array(text.utf8)]) }
    }

    @Test(arguments: [
        ("map", RedisValue.array([.integer(0), .integer(0), .integer(1), .integer(1), .integer(2), .integer(0)])),
        ("set", .array([.integer(0), .integer(1), .integer(2)])), ("double", .bytes(Array("3.141".utf8))),
        ("true", .integer(1)), ("false", .integer(0)), ("null", .null),
        ("verbatim", .bytes(Array("This is a verbatim\nstring".utf8))),
        ("bignum", .bytes(Array("1234567999999999999999999999999999999".utf8))),
        ("attrib", .bytes(Array("Some real reply following the attribute".utf8))),
    ])
    func everyFormOfARealRedisIsReadAndTheNextReplyIsTheNextCommands(name: String, value: RedisValue) async throws {
        try await withRedisServer(arguments: ["--enable-debug-command", "local"]) { server in
            try await server.withClient { redis in
                let info = try await redis.send(["CLIENT", "INFO"])
                let read = try await redis.send(["DEBUG", "PROTOCOL", name])
                let next = try await redis.send(["ECHO", "next"])
                #expect(info.text?.contains("resp=3") == true)
                #expect(read == value)
                #expect(next.text == "next")
            }
        }
    }

    @Test func anOutOfBandMessageIsNotAReply() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.connections = 1
            } _: { redis in
                // Client tracking pushes invalidations to this connection.
                _ = try await redis.send(["CLIENT", "TRACKING", "ON", "BCAST"])
                try await server.withClient { other in
                    for number in 0..<200 {
                        async let told = other.send(["SET", "key\(number)", "x"])
                        let reply = try await redis.send(["ECHO", "\(number)"])
                        #expect(reply.text == "\(number)")
                        _ = try await told
                    }
                }
            }
        }
    }
}
