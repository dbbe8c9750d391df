import Identity
import SharedState
import Testing

/// What every backend promises of admission.
@Suite(.serialized) struct AdmissionContract {
    @Test(arguments: BackendKind.allCases)
    func aRequestWithoutSessionIsAdmitted(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let verdict = try await backend.ports.admission.admit(AdmissionRequest(principal: try principal("alice")))
            #expect(verdict.isAdmitted)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func askingCountsNothing(kind: BackendKind) async throws {
        let two = RateLimit(2, per: .seconds(3600))
        try await withBackend(kind, rates: RateLimits(requests: two, writes: two)) { backend in
            let alice = try principal("alice")
            let session = try await backend.ports.sessions.create(for: alice.user, client: client)
            func ask() async throws -> AdmissionVerdict {
                try await backend.ports.admission.admit(
                    AdmissionRequest(principal: alice, session: session.id, counts: false)
                )
            }
            for _ in 0..<5 {
                let verdict = try await ask()
                #expect(verdict.isAdmitted)
            }
            for _ in 0..<2 {
                let verdict = try await backend.ports.admission.admit(AdmissionRequest(principal: alice))
                #expect(verdict.isAdmitted)
            }
            guard case .limited(.requests, _) = try await ask() else {
                Issue.record("A third request would pass the limit.")
                return
            }
            try await backend.ports.revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            let revoked = try await ask()
            #expect(revoked == .revoked)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aSessionOfAnotherUserIsUnknownAndForeign(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let opened = try await backend.ports.sessions.create(for: try UserID("alice"), client: client)
            let verdict = try await backend.ports.admission.admit(
                AdmissionRequest(principal: try principal("bob"), session: opened.id)
            )
            #expect(verdict == .unknownSession(foreign: true))
        }
    }

    @Test(arguments: BackendKind.allCases)
    func anUnknownSessionIsRefused(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let verdict = try await backend.ports.admission.admit(
                AdmissionRequest(principal: try principal("alice"), session: try SessionID())
            )
            #expect(verdict == .unknownSession(foreign: false))
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aRevokedTokenIsRefusedBeforeItsSessionIsLookedAt(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let alice = try principal("alice")
            try await backend.ports.revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            let verdict = try await backend.ports.admission.admit(
                AdmissionRequest(principal: alice, session: try SessionID())
            )
            let other = try await backend.ports.admission.admit(
                AdmissionRequest(principal: try principal("alice", token: "another-token-0123456"))
            )
            #expect(verdict == .revoked)
            #expect(other.isAdmitted)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aTokenIdOfAnyShapeCanBeRevoked(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let alice = try principal("alice", token: "{bob}:\n \u{0} *")
            try await backend.ports.revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            let verdict = try await backend.ports.admission.admit(AdmissionRequest(principal: alice))
            #expect(verdict == .revoked)
        }
    }

    @Test(arguments: BackendKind.allCases, [nil, 99, 100] as [Int64?])
    func tokensIssuedUpToASecondAreRefused(kind: BackendKind, issuedAt: Int64?) async throws {
        try await withBackend(kind) { backend in
            let alice = try UserID("alice")
            try await backend.ports.revocations.revokeAll(of: alice, issuedUpTo: 100)
            // An earlier second must not give back what a later one took.
            try await backend.ports.revocations.revokeAll(of: alice, issuedUpTo: 50)
            let old = try await backend.ports.admission.admit(
                AdmissionRequest(principal: try principal("alice", issuedAt: issuedAt))
            )
            let new = try await backend.ports.admission.admit(
                AdmissionRequest(principal: try principal("alice", issuedAt: 101))
            )
            #expect(old == .revoked)
            #expect(new.isAdmitted)
        }
    }

    @Test(arguments: BackendKind.allCases, [1, 7, 60])
    func exactlyTheLimitPassesAtOnce(kind: BackendKind, limit: Int) async throws {
        let rates = RateLimits(requests: RateLimit(limit, per: .seconds(3600)))
        try await withBackend(kind, rates: rates) { backend in
            let request = AdmissionRequest(principal: try principal("alice"))
            let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<(3 * limit) {
                    group.addTask { try await backend.ports.admission.admit(request).isAdmitted }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let other = try await backend.ports.admission.admit(AdmissionRequest(principal: try principal("bob")))
            #expect(admitted == limit)
            #expect(other.isAdmitted)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aLimitedRequestNamesTheTimeToWait(kind: BackendKind) async throws {
        let rates = RateLimits(requests: RateLimit(2, per: .seconds(2000)))
        try await withBackend(kind, rates: rates) { backend in
            let request = AdmissionRequest(principal: try principal("alice"), requests: 2)
            _ = try await backend.ports.admission.admit(request)
            let refused = try await backend.ports.admission.admit(AdmissionRequest(principal: try principal("alice")))
            guard case .limited(.requests, let wait) = refused else {
                Issue.record("not limited: \(refused)")
                return
            }
            #expect(wait > .seconds(500) && wait <= .seconds(1000))
            try await backend.advance(wait + .milliseconds(10))
            let later = try await backend.ports.admission.admit(AdmissionRequest(principal: try principal("alice")))
            #expect(later.isAdmitted)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aWriteCostsBothClasses(kind: BackendKind) async throws {
        let rates = RateLimits(
            requests: RateLimit(3, per: .seconds(3600)),
            writes: RateLimit(1, per: .seconds(3600))
        )
        try await withBackend(kind, rates: rates) { backend in
            let write = AdmissionRequest(principal: try principal("alice"), writes: 1)
            let read = AdmissionRequest(principal: try principal("alice"))
            let first = try await backend.ports.admission.admit(write)
            let second = try await backend.ports.admission.admit(write)
            // The refused write has cost nothing: two requests are left.
            let reads = [
                try await backend.ports.admission.admit(read), try await backend.ports.admission.admit(read),
                try await backend.ports.admission.admit(read),
            ]
            #expect(first.isAdmitted)
            guard case .limited(.writes, _) = second else {
                Issue.record("not limited: \(second)")
                return
            }
            #expect(reads.map(\.isAdmitted) == [true, true, false])
            guard case .limited(.requests, _) = reads[2] else {
                Issue.record("not limited: \(reads[2])")
                return
            }
        }
    }

    @Test(arguments: BackendKind.allCases)
    func anAdmittedRequestNamesWhatIsLeft(kind: BackendKind) async throws {
        let rates = RateLimits(
            requests: RateLimit(10, per: .seconds(3600)),
            writes: RateLimit(4, per: .seconds(3600))
        )
        try await withBackend(kind, rates: rates) { backend in
            let principal = try principal("alice")
            let left = { (verdict: AdmissionVerdict) -> [Int?] in
                guard case .admitted(_, let budget, _) = verdict else { return [] }
                return [budget.requests?.remaining, budget.requests?.reset, budget.writes?.remaining]
            }
            let first = try await backend.ports.admission.admit(AdmissionRequest(principal: principal))
            let second = try await backend.ports.admission.admit(AdmissionRequest(principal: principal, writes: 1))
            let third = try await backend.ports.admission.admit(AdmissionRequest(principal: principal))
            #expect(left(first) == [9, 360, 4])
            #expect(left(second)[0] == 8)
            #expect(left(second)[2] == 3)
            #expect(left(third)[0] == 7)
            // A read leaves the writes as they are.
            #expect(left(third)[2] == 3)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func failuresOfAnAddressAreLimited(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let limit = RateLimit(3, per: .seconds(3600))
            var waits: [Duration?] = []
            for _ in 0..<5 {
                waits.append(
                    try await backend.ports.actions.count(.failure, of: .address("192.0.2.1"), limit: limit, cost: 1)
                )
            }
            let other = try await backend.ports.actions.count(.failure, of: .address("::1"), limit: limit, cost: 1)
            #expect(waits.map { $0 == nil } == [true, true, true, false, false])
            let longest = waits.compactMap { $0 }.max() ?? .zero
            #expect(longest > .seconds(1100) && longest <= .seconds(1200))
            #expect(other == nil)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func actionsOfUsersAndOfAllCostWhatTheyStore(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let actions = backend.ports.actions
            let limit = RateLimit(1000, per: .seconds(3600))
            let (alice, bob) = (try UserID("alice"), try UserID("bob"))
            let first = try await actions.count(.login, of: .all, limit: limit, cost: 600)
            let second = try await actions.count(.login, of: .all, limit: limit, cost: 500)
            let third = try await actions.count(.login, of: .all, limit: limit, cost: 400)
            let own = try await actions.count(.login, of: .user(alice), limit: limit, cost: 1000)
            let over = try await actions.count(.login, of: .user(alice), limit: limit, cost: 1)
            let other = try await actions.count(.login, of: .user(bob), limit: limit, cost: 1)
            let another = try await actions.count(.credential, of: .user(alice), limit: limit, cost: 1)
            #expect([first, third, own, other, another] == [nil, nil, nil, nil, nil])
            #expect(second.map { $0 > .seconds(300) && $0 <= .seconds(360) } == true)
            #expect(over != nil)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aLimitOfZeroIsNone(kind: BackendKind) async throws {
        let none = RateLimit(0, per: .seconds(60))
        try await withBackend(kind, rates: RateLimits(requests: none, writes: none)) { backend in
            let write = AdmissionRequest(principal: try principal("alice"), writes: 1)
            for _ in 0..<500 {
                let verdict = try await backend.ports.admission.admit(write)
                #expect(verdict.isAdmitted)
            }
        }
    }
}
