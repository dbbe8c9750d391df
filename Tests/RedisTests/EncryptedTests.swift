import Redis
import TestSupport
import Testing

/// TLS and ACLs, with generated certificates.
@Suite(.serialized) struct EncryptedTests {
    /// The reply to `PING` over TLS, or the error.
    private func ping(
        _ redis: LoopbackRedis,
        _ server: LoopbackRedis.Server,
        host: String = "localhost",
        tls: RedisTLS?
    ) async throws -> Result<String?, RedisError> {
        try await redis.withClient(.standalone(.tcp(host: host, port: server.port))) {
            $0.tls = tls
            $0.waitTimeout = .seconds(1)
        } _: { client in
            do throws(RedisError) {
                return .success(try await client.send(["PING"]).text)
            } catch {
                return .failure(error)
            }
        }
    }

    private func start(
        _ redis: LoopbackRedis,
        _ certificates: Certificates,
        names: String,
        days: Int = 2,
        asksClients: Bool = false
    ) async throws -> LoopbackRedis.Server {
        let (certificate, key) = try certificates.make("server", names: names, days: days)
        return try redis.start(
            [
                "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificates.authority,
                "--tls-auth-clients", asksClients ? "yes" : "no",
            ],
            isEncrypted: true
        )
    }

    @Test func aCertificateOfTheRightAuthorityAndNameIsTrusted() async throws {
        try await withLoopbackRedis { redis in
            let certificates = try Certificates(redis)
            let server = try await self.start(redis, certificates, names: "DNS:localhost,IP:127.0.0.1")
            for host in ["localhost", "127.0.0.1"] {
                let tls = RedisTLS(authorityFile: certificates.authority)
                let reply = try await self.ping(redis, server, host: host, tls: tls)
                #expect(try reply.get() == "PONG")
            }
        }
    }

    @Test func anotherAuthorityIsNotTrusted() async throws {
        try await withLoopbackRedis { redis in
            let certificates = try Certificates(redis)
            let server = try await self.start(redis, certificates, names: "DNS:localhost")
            for tls in [RedisTLS(authorityFile: certificates.otherAuthority), RedisTLS()] {
                guard case .failure(let error) = try await self.ping(redis, server, tls: tls) else {
                    Issue.record("believed")
                    continue
                }
                #expect(error.code == .unavailable)
                #expect("\(error)".contains("CERTIFICATE_VERIFY_FAILED"))
            }
        }
    }

    @Test func anotherNameIsTrustedOnlyIfConfigured() async throws {
        try await withLoopbackRedis { redis in
            let certificates = try Certificates(redis)
            let server = try await self.start(redis, certificates, names: "DNS:redis.example")
            var tls = RedisTLS(authorityFile: certificates.authority)
            let refused = try await self.ping(redis, server, tls: tls)
            tls.serverName = "redis.example"
            let taken = try await self.ping(redis, server, tls: tls)
            #expect(throws: RedisError.self) { try refused.get() }
            #expect(try taken.get() == "PONG")
        }
    }

    @Test func anExpiredCertificateIsNotTrusted() async throws {
        try await withLoopbackRedis { redis in
            let certificates = try Certificates(redis)
            let server = try await self.start(redis, certificates, names: "DNS:localhost", days: -1)
            let reply = try await self.ping(redis, server, tls: RedisTLS(authorityFile: certificates.authority))
            guard case .failure(let error) = reply else {
                Issue.record("believed")
                return
            }
            #expect("\(error)".contains("CERTIFICATE_VERIFY_FAILED"))
        }
    }

    @Test func aClientPresentsItsCertificate() async throws {
        try await withLoopbackRedis { redis in
            let certificates = try Certificates(redis)
            let server = try await self.start(redis, certificates, names: "DNS:localhost", asksClients: true)
            var tls = RedisTLS(authorityFile: certificates.authority)
            let without = try await self.ping(redis, server, tls: tls)
            (tls.certificateFile, tls.keyFile) = try certificates.make("client", names: "DNS:client")
            let with = try await self.ping(redis, server, tls: tls)
            var stranger = tls
            (stranger.certificateFile, stranger.keyFile) = try certificates.make("other", names: "DNS:x", days: -1)
            let expired = try await self.ping(redis, server, tls: stranger)
            #expect(Self.text(without).contains("Redis requires a client certificate"))
            #expect(Self.text(expired).contains("Redis rejected the client certificate"))
            #expect(try with.get() == "PONG")
        }
    }

    private static func text(_ outcome: Result<String?, RedisError>) -> String {
        guard case .failure(let error) = outcome else { return "" }
        return "\(error)"
    }

    @Test func aCertificateNeedsItsMatchingKey() async throws {
        try await withLoopbackRedis { redis in
            let certificates = try Certificates(redis)
            let (certificate, key) = try certificates.make("client", names: "DNS:client")
            let (_, other) = try certificates.make("other", names: "DNS:other")
            for tls in [
                RedisTLS(certificateFile: certificate), RedisTLS(keyFile: key),
                RedisTLS(certificateFile: certificate, keyFile: other),
            ] {
                #expect(throws: RedisError.self) { try tls.validate() }
            }
            try RedisTLS(certificateFile: certificate, keyFile: key).validate()
        }
    }

    @Test func invalidCertificateFilesFailValidation() throws {
        let missing = RedisTLS(authorityFile: "/nowhere/ca.pem")
        #expect(throws: RedisError.self) { try missing.validate() }
        let other = RedisTLS(certificateFile: "/etc/hostname", keyFile: "/etc/hostname")
        #expect(throws: RedisError.self) { try other.validate() }
    }

    @Test func anUnencryptedServerIsRefused() async throws {
        try await withLoopbackRedis { redis in
            let server = try redis.start(["--requirepass", "secret"])
            let reply = try await self.ping(redis, server, tls: RedisTLS())
            #expect(throws: RedisError.self) { try reply.get() }
        }
    }

    @Test func aUserWithFewRightsSuffices() async throws {
        try await withLoopbackRedis { redis in
            // No INFO, no CLIENT, and only the user's own keys.
            let server = try redis.start([
                "--user", "carrel", "on", ">p@ss", "~carrel:*", "+get", "+set", "+ping", "+select",
            ])
            try await redis.withClient(.standalone(server.endpoint)) {
                $0.username = "carrel"
                $0.password = "p@ss"
                $0.clientName = "carrel-test"
            } _: { client in
                _ = try await client.send(["SET", "carrel:a", "1"])
                let value = try await client.send(["GET", "carrel:a"])
                #expect(value.text == "1")
                do throws(RedisError) {
                    _ = try await client.send(["GET", "other"])
                    Issue.record("allowed")
                } catch {
                    #expect(error.code == .authenticationFailed)
                }
            }
        }
    }
}
