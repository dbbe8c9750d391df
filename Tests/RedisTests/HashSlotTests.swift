import Testing

@testable import Redis

struct HashSlotTests {
    /// The test vector of the Redis Cluster specification, and slots from `CLUSTER KEYSLOT` of Redis 7.
    @Test func slotsMatchTheSpecification() {
        #expect(HashSlot.crc16("123456789".utf8) == 0x31C3)
        #expect(HashSlot.of("foo") == 12182)
        #expect(HashSlot.of("") == 0)
        #expect(HashSlot.of("{user1000}.following") == HashSlot.of("{user1000}.followers"))
        #expect(HashSlot.of("foo{}{bar}") == HashSlot.of("foo{}{bar}"))
        #expect(HashSlot.of("foo{}{bar}") != HashSlot.of("bar"))
        #expect(HashSlot.of("foo{{bar}}zap") == HashSlot.of("{bar"))
        #expect(HashSlot.of("foo{bar}{zap}") == HashSlot.of("bar"))
        #expect(HashSlot.of("a}b{c") == HashSlot.of("a}b{c"))
    }

    @Test(
        arguments: [
            (["GET", "k"], "k"), (["eval", "x", "2", "a", "b"], "a"), (["EVALSHA", "x", "0"], nil), (["PING"], nil),
            (["XREAD", "COUNT", "1", "STREAMS", "s", "0"], "s"), (["SSUBSCRIBE", "c"], "c"), (["INFO", "server"], nil),
        ] as [([String], String?)]
    )
    func theKeyOfACommandIsFound(command: [String], key: String?) {
        #expect(CommandKey.of(command) == key)
    }

    @Test func redirectionsAreRead() {
        let node = RedisEndpoint.tcp(host: "n", port: 1)
        let read = { (text: String) in Redirection(.error(text), from: node) }
        #expect(read("MOVED 3999 10.0.0.1:6381") == .moved(slot: 3999, .tcp(host: "10.0.0.1", port: 6381)))
        #expect(read("MOVED 3999 :6381") == .moved(slot: 3999, .tcp(host: "n", port: 6381)))
        #expect(read("ASK 1 fd00::1:6381") == .ask(.tcp(host: "fd00::1", port: 6381)))
        #expect(read("TRYAGAIN Multiple keys request during rehashing of slot") == .retryLater)
        for text in ["MOVED", "MOVED x h:1", "MOVED 99999 h:1", "MOVED 1 h", "MOVED 1 h:0", "ASK 1", "ERR MOVED", ""] {
            #expect(read(text) == nil)
        }
        #expect(Redirection(.status("MOVED 1 h:1"), from: node) == nil)
    }

    @Test func aSlotMapIsRead() throws {
        let node = RedisEndpoint.tcp(host: "n", port: 1)
        let entry = { (first: Int64, last: Int64, host: RedisValue, port: Int64) in
            RedisValue.array([
                .integer(first), .integer(last), .array([host, .integer(port), .bytes([]), .array([])]),
                .array([.bytes([97]), .integer(9)]),
            ])
        }
        let map = try SlotMap(
            .array([entry(0, 99, .bytes([97]), 7), entry(100, 16383, .null, 8)]),
            from: node
        )
        #expect(map[0] == .tcp(host: "a", port: 7))
        #expect(map[99] == .tcp(host: "a", port: 7))
        #expect(map[100] == .tcp(host: "n", port: 8))
        #expect(map.nodes.count == 2)
        for bad in [
            RedisValue.null, .array([.integer(1)]), .array([entry(-1, 5, .null, 8)]),
            .array([entry(5, 16384, .null, 8)]),
            .array([entry(9, 5, .null, 8)]), .array([entry(0, 5, .null, 70_000)]), .error("ERR no cluster"),
        ] {
            #expect(throws: RedisError.self) { try SlotMap(bad, from: node) }
        }
    }
}
