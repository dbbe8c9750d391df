import Identity
import Redis
import SharedState
import TestSupport
import Testing

/// What an operator sees with `redis-cli`.
@Suite(.serialized) struct RedisKeysTests {
    @Test func aSessionCanBeReadAndEndedByHand() async throws {
        try await withRedis { redis in
            let backend = RedisBackend(redis: redis)
            let alice = try principal("alice")
            let session = try await backend.ports.sessions.create(for: alice.user, client: client)
            let user = try await redis.send(["HGET", "carrel:session:\(session.id)", "user"])
            let revision = try await redis.send(["HGET", "carrel:session:\(session.id)", "revision"])
            let rank = try await redis.send(["ZRANK", "carrel:sessions:{alice}", session.id.value])
            let life = try await redis.send(["TTL", "carrel:session:\(session.id)"])
            _ = try await redis.send(["DEL", "carrel:session:\(session.id)"])
            let verdict = try await backend.ports.admission.admit(
                AdmissionRequest(principal: alice, session: session.id)
            )
            #expect(user.text == "alice")
            #expect(revision.text == "2025-11-25")
            #expect(rank.integerValue == 0)
            #expect((86390...86400).contains(life.integerValue ?? 0))
            #expect(verdict == .unknownSession(foreign: false))
        }
    }

    @Test func expiredSessionsLeaveTheListOfTheirUser() async throws {
        try await withRedis { redis in
            let backend = RedisBackend(redis: redis, sessionLimits: SessionLimits(idleTimeout: .seconds(100)))
            let alice = try UserID("alice")
            for _ in 0..<3 { _ = try await backend.ports.sessions.create(for: alice, client: client) }
            let before = try await redis.send(["ZCARD", "carrel:sessions:{alice}"])
            try await redis.age(by: .seconds(150))
            let last = try await backend.ports.sessions.create(for: alice, client: client)
            let after = try await redis.send(["ZRANGE", "carrel:sessions:{alice}", "0", "-1"])
            #expect(before.integerValue == 3)
            #expect(after.elements?.compactMap(\.text) == [last.id.value])
        }
    }

    @Test func everyKeyEndsByItself() async throws {
        try await withRedis { redis in
            let backend = RedisBackend(redis: redis)
            let alice = try principal("alice")
            let session = try await backend.ports.sessions.create(for: alice.user, client: client)
            _ = try await backend.ports.admission.admit(
                AdmissionRequest(principal: alice, session: session.id, writes: 1)
            )
            try await backend.ports.revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            _ = try await backend.ports.usage.add(
                [alice.user: UsageCounts(requests: 1)],
                firstSeen: [alice.user],
                day: "2026-01-31"
            )
            let keys = try await redis.send(["KEYS", "*"]).elements?.compactMap(\.text) ?? []
            #expect(keys.count == 8)
            for key in keys where key != "carrel:epoch" {
                let life = try await redis.send(["PTTL", key])
                // -1 stands for no end; -2 for one that has come already.
                #expect(life.integerValue != -1, "\(key) would stay for ever")
            }
        }
    }

    private func code(for user: UserID, _ client: OAuthClient) -> AuthorizationCode {
        AuthorizationCode(
            grant: "grant-0123456789abcdef",
            user: user,
            client: client,
            redirectURI: nil,
            challenge: CodeChallenge(verifier: "v"),
            scopes: .all,
            allowed: 1_700_000_000
        )
    }

    @Test func noSecretIsStoredInRedisAndEveryKeyExpires() async throws {
        try await withRedis { redis in
            let backend = RedisBackend(redis: redis)
            let alice = try UserID("alice")
            let app = OAuthClient(id: "client-0123456789abcdef", name: "App", redirectURIs: ["https://a.example/cb"])
            try await backend.ports.clients.save(app)
            try await backend.ports.logins.save(
                try LoginAttempt(browser: "digest", next: "/"),
                state: "the-state-is-secret"
            )
            let code = self.code(for: alice, app)
            try await backend.ports.grants.save(code, secret: "the-code-is-secret")
            let cookie = try await backend.ports.webSessions.createWebSession(for: alice, name: nil)
            let grant = Grant(
                id: code.grant,
                user: alice,
                clientID: app.id,
                clientName: "App",
                scopes: .all,
                created: 1_700_000_000,
                lastUsed: 1_700_000_000
            )
            _ = try await backend.ports.grants.open(grant)
            _ = try await backend.ports.grants.rotate(
                RefreshToken(user: alice, grant: grant.id, number: 0),
                clientID: app.id,
                scopes: []
            )
            let keys = try await redis.send(["KEYS", "*"]).elements?.compactMap(\.text) ?? []
            #expect(keys.count == 7)
            for key in keys {
                let dump = try await redis.send(["DUMP", key])
                let life = try await redis.send(["PTTL", key])
                #expect(life.integerValue ?? -1 > 0, "\(key) would stay for ever")
                for secret in [cookie, "the-state-is-secret", "the-code-is-secret"] {
                    #expect(!key.contains(secret) && !"\(dump)".contains(secret))
                }
            }
        }
    }

    @Test func oneAdmissionIsOneCommand() async throws {
        try await withRedis { redis in
            let backend = RedisBackend(redis: redis)
            let alice = try principal("alice")
            let session = try await backend.ports.sessions.create(for: alice.user, client: client)
            let request = AdmissionRequest(principal: alice, session: session.id)
            _ = try await backend.ports.admission.admit(request)
            _ = try await redis.send(["CONFIG", "RESETSTAT"])
            for _ in 0..<10 { _ = try await backend.ports.admission.admit(request) }
            let stats = try await redis.send(["INFO", "commandstats"]).text ?? ""
            #expect(stats.contains("cmdstat_evalsha:calls=10,"))
            #expect(!stats.contains("cmdstat_eval:"))
        }
    }

    @Test func aPrefixKeepsTwoServersApart() async throws {
        try await withRedis { redis in
            let one = RedisBackend(redis: redis, keys: Keys(prefix: "one:"))
            let two = RedisBackend(redis: redis, keys: Keys(prefix: "two:"))
            let session = try await one.ports.sessions.create(for: try UserID("alice"), client: client)
            let found = try await two.ports.sessions.session(session.id)
            #expect(found == nil)
        }
    }

    @Test func anUnavailableStateIsAnErrorAndNotAnAnswer() async throws {
        try await withRedisServer { server in
            let session = try await server.withClient { redis in
                try await RedisBackend(redis: redis).ports.sessions.create(for: try UserID("alice"), client: client)
            }
            server.kill()
            try await server.withClient {
                $0.waitTimeout = .milliseconds(50)
            } _: { redis in
                let backend = RedisBackend(redis: redis)
                await #expect(throws: SharedStateError.self) {
                    _ = try await backend.ports.admission.admit(
                        AdmissionRequest(principal: try principal("alice"), session: session.id)
                    )
                }
                await #expect(throws: SharedStateError.self) {
                    _ = try await backend.ports.sessions.session(session.id)
                }
            }
        }
    }
}
