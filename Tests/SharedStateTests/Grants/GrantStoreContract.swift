import Identity
import SharedState
import Testing

/// What every backend promises of codes and grants.
@Suite(.serialized) struct GrantStoreContract {
    private static func grant(
        _ id: String = "grant-0123456789abcdef",
        user: String = "alice",
        created: Int64 = 1_700_000_000
    )
        throws -> Grant
    {
        Grant(
            id: id,
            user: try UserID(user),
            clientID: "client",
            clientName: "An App",
            scopes: .notesRead,
            created: created,
            lastUsed: created
        )
    }

    private static func code() throws -> AuthorizationCode {
        AuthorizationCode(
            grant: "grant-0123456789abcdef",
            user: try UserID("alice"),
            client: OAuthClient(id: "client", name: "An App", redirectURIs: ["https://a.example/cb"]),
            redirectURI: "https://a.example/cb",
            challenge: CodeChallenge(verifier: "v"),
            scopes: .all,
            allowed: 1_700_000_000
        )
    }

    @Test(arguments: BackendKind.allCases)
    func aCodeIsGoodOnceAndRemembersWhatCameOfIt(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let code = try Self.code()
            try await backend.ports.grants.save(code, secret: "secret")
            let other = try await backend.ports.grants.redeem("other")
            let first = try await backend.ports.grants.redeem("secret")
            let second = try await backend.ports.grants.redeem("secret")
            let third = try await backend.ports.grants.redeem("secret")
            #expect(other == .unknown)
            #expect(first == .redeemed(code))
            #expect(second == .replayed(user: try UserID("alice"), grant: "grant-0123456789abcdef"))
            #expect(third == second)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func refreshTokensFollowEachOther(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let (grants, grant) = (backend.ports.grants, try Self.grant())
            _ = try await grants.open(grant)
            let alice = try UserID("alice")
            let token = { (number: Int) in RefreshToken(user: alice, grant: grant.id, number: number) }
            let foreign = try await grants.rotate(token(0), clientID: "other client", scopes: [])
            let first = try await grants.rotate(token(0), clientID: "client", scopes: [])
            // A client that races with itself gets the same one again.
            let again = try await grants.rotate(token(0), clientID: "client", scopes: [])
            let second = try await grants.rotate(token(1), clientID: "client", scopes: [])
            let stolen = try await grants.rotate(token(0), clientID: "client", scopes: [])
            #expect(foreign == .ended)
            guard case .rotated(1, let found) = first else { return #expect(Bool(false), "\(first)") }
            #expect(found.scopes == .notesRead)
            #expect(found.clientName == "An App")
            guard case .rotated(1, _) = again else { return #expect(Bool(false), "\(again)") }
            guard case .rotated(2, _) = second else { return #expect(Bool(false), "\(second)") }
            #expect(stolen == .reused)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func afterTheGraceAnOldTokenIsStolen(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let grant = try Self.grant()
            _ = try await backend.ports.grants.open(grant)
            let token = RefreshToken(user: grant.user, grant: grant.id, number: 0)
            _ = try await backend.ports.grants.rotate(token, clientID: "client", scopes: [])
            try await backend.advance(.seconds(12))
            let late = try await backend.ports.grants.rotate(token, clientID: "client", scopes: [])
            #expect(late == .reused)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aRevokedGrantEndsItsAccessTokensToo(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let (grants, grant) = (backend.ports.grants, try Self.grant())
            _ = try await grants.open(grant)
            let access = Principal(
                user: grant.user,
                scopes: .all,
                tokenID: "token-of-the-grant-0123",
                issuedAt: 1_700_000_000,
                expiresAt: 4_000_000_000,
                clientID: "client",
                grantID: grant.id
            )
            let before = try await backend.ports.admission.admit(AdmissionRequest(principal: access))
            let listed = try await grants.grants(of: grant.user)
            try await grants.revokeGrant(grant.id, of: grant.user, now: 1_900_000_000)
            let after = try await backend.ports.admission.admit(AdmissionRequest(principal: access))
            let refreshed = try await grants.rotate(
                RefreshToken(user: grant.user, grant: grant.id, number: 0),
                clientID: "client",
                scopes: []
            )
            let left = try await grants.grants(of: grant.user)
            let own = try await backend.ports.admission.admit(AdmissionRequest(principal: try principal("alice")))
            #expect(before.isAdmitted)
            #expect(listed.map(\.id) == [grant.id])
            #expect(after == .revoked)
            #expect(refreshed == .ended)
            #expect(left.isEmpty)
            #expect(own.isAdmitted)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func loggingOutEverywhereEndsGrantsThatWereLeftOver(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let grant = try Self.grant()
            _ = try await backend.ports.grants.open(grant)
            try await backend.ports.revocations.revokeAll(of: grant.user, issuedUpTo: grant.created)
            let refreshed = try await backend.ports.grants.rotate(
                RefreshToken(user: grant.user, grant: grant.id, number: 0),
                clientID: "client",
                scopes: []
            )
            let listed = try await backend.ports.grants.grants(of: grant.user)
            #expect(refreshed == .ended)
            #expect(listed.isEmpty)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func pastAHundredTheLongestUnusedGrantEnds(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            for number in 0..<102 {
                let id = "grant-number-\(1000 + number)-abcdef"
                _ = try await backend.ports.grants.open(try Self.grant(id, created: 1_700_000_000 + Int64(number)))
            }
            let alice = try UserID("alice")
            let left = try await backend.ports.grants.grants(of: alice)
            let oldest = RefreshToken(user: alice, grant: "grant-number-1002-abcdef", number: 0)
            _ = try await backend.ports.grants.rotate(oldest, clientID: "client", scopes: [])
            _ = try await backend.ports.grants.open(try Self.grant("grant-number-2000-abcdef", created: 1_700_001_000))
            let then = try await backend.ports.grants.grants(of: alice)
            #expect(left.count == 100)
            #expect(left.first?.id == "grant-number-1101-abcdef")
            #expect(left.last?.id == "grant-number-1002-abcdef")
            #expect(then.count == 100)
            #expect(then.first?.id == "grant-number-1002-abcdef")
            #expect(then.last?.id == "grant-number-1004-abcdef")
        }
    }

    @Test(arguments: BackendKind.allCases)
    func whatWasEndedBeforeItBeganDoesNotBegin(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let (grants, alice) = (backend.ports.grants, try UserID("alice"))
            try await backend.ports.revocations.revokeAll(of: alice, issuedUpTo: 1_700_000_000)
            let before = try await grants.open(try Self.grant(created: 1_700_000_000))
            let after = try await grants.open(try Self.grant("grant-of-later-01234567", created: 1_700_000_001))
            try await grants.revokeGrant("grant-replayed-012345678", of: alice, now: 1_900_000_000)
            let replayed = try await grants.open(try Self.grant("grant-replayed-012345678", created: 1_700_000_001))
            let listed = try await grants.grants(of: alice)
            #expect(!before)
            #expect(after)
            #expect(!replayed)
            #expect(listed.map(\.id) == ["grant-of-later-01234567"])
        }
    }

    @Test(arguments: BackendKind.allCases)
    func requestingTooMuchChangesNothing(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let grant = try Self.grant()
            _ = try await backend.ports.grants.open(grant)
            let token = RefreshToken(user: grant.user, grant: grant.id, number: 0)
            let more = try await backend.ports.grants.rotate(token, clientID: "client", scopes: .all)
            let enough = try await backend.ports.grants.rotate(token, clientID: "client", scopes: .notesRead)
            #expect(more == .exceeded)
            guard case .rotated(1, _) = enough else { return #expect(Bool(false), "\(enough)") }
        }
    }

    @Test(arguments: BackendKind.allCases)
    func usersHaveTheirOwnGrants(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            _ = try await backend.ports.grants.open(try Self.grant())
            let bob = try UserID("bob")
            let foreign = try await backend.ports.grants.rotate(
                RefreshToken(user: bob, grant: "grant-0123456789abcdef", number: 0),
                clientID: "client",
                scopes: []
            )
            let listed = try await backend.ports.grants.grants(of: bob)
            #expect(foreign == .ended)
            #expect(listed.isEmpty)
        }
    }
}
