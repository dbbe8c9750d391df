import Redis
import Testing

struct RedisURLTests {
    @Test(
        arguments: [
            ("redis://localhost", "localhost:6379", 0, nil, nil),
            ("redis://localhost:6380/3", "localhost:6380", 3, nil, nil),
            ("REDIS://h/", "h:6379", 0, nil, nil),
            ("redis://:p%40ss@h", "h:6379", 0, nil, "p@ss"),
            ("redis://alice:a:b@h:1", "h:1", 0, "alice", "a:b"),
            ("redis://alice:p@q@h", "h:6379", 0, "alice", "p@q"),
            ("redis://[::1]:6381/1", "::1:6381", 1, nil, nil),
            ("redis://h?db=2", "h:6379", 2, nil, nil),
            ("unix:///run/redis.sock", "/run/redis.sock", 0, nil, nil),
            ("unix:///run/redis.sock?db=4", "/run/redis.sock", 4, nil, nil),
            ("unix://:secret@/run/a%20b.sock", "/run/a b.sock", 0, nil, "secret"),
            ("rediss://u:p@h", "h:6379", 0, "u", "p"),
            ("redis+sentinel://a,b:1,[::1]/main/2", "main by a:26379,b:1,::1:26379", 2, nil, nil),
            ("rediss+sentinel://:p@a/main?sentinel_password=s", "main by a:26379", 0, nil, "p"),
            ("redis+cluster://u:p@a,b:7001", "a:6379,b:7001", 0, "u", "p"),
            ("rediss+cluster://a", "a:6379", 0, nil, nil),
        ] as [(String, String, Int, String?, String?)]
    )
    func aURLIsParsed(url: String, endpoint: String, database: Int, user: String?, password: String?) throws {
        let configuration = try RedisConfiguration(url: url)
        #expect("\(configuration.topology)" == endpoint)
        #expect(configuration.database == database)
        #expect(configuration.username == user)
        #expect(configuration.password == password)
    }

    @Test(arguments: [
        "", "localhost", "http://h", "redis://", "redis:///1", "redis://h:0", "redis://h:99999", "redis://h:x",
        "redis://h/x", "redis://h/-1", "redis://u@h", "redis://:p%4@h", "redis://:p%zz@h", "redis://:%ff@h", "unix://",
        "unix://relative.sock", "unix:///a?db=x", "unix:///a?db=1&x=2", "redis://[::1", "redis://a b", "redis://h#1",
        "redis://:%00@h", "redis+sentinel://a,b", "redis+sentinel://a,,b/m", "redis+sentinel:///m",
        "redis+cluster://a/1", "redis+cluster://", "redis+cluster://a?db=1", "rediss+unix:///a", "redis://h?a",
        "redis://h?sentinel_password=x",
    ])
    func invalidURLsAreRefused(url: String) {
        #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
    }

    @Test func theSchemeSelectsEncryption() throws {
        let plain = try RedisConfiguration(url: "redis://h")
        let encrypted = try RedisConfiguration(url: "rediss+cluster://h")
        let sentinel = try RedisConfiguration(url: "redis+sentinel://h/m?sentinel_password=a%20b")
        #expect(plain.tls == nil)
        #expect(encrypted.tls == RedisTLS())
        #expect(sentinel.sentinelPassword == "a b")
    }

    @Test func anErrorNeverContainsThePassword() {
        do {
            _ = try RedisConfiguration(url: "redis://alice:hunter2@h:nonsense")
            Issue.record("taken")
        } catch {
            #expect(!"\(error)".contains("hunter2"))
        }
    }
}
