import Identity
import SharedState
import Testing

/// What every backend promises of sessions.
@Suite(.serialized) struct SessionStoreContract {
    @Test(arguments: BackendKind.allCases)
    func aSessionIsFoundAsItWasOpened(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let opened = try await backend.ports.sessions.create(for: try UserID("alice"), client: client)
            let found = try await backend.ports.sessions.session(opened.id)
            #expect(found == opened)
            #expect(found?.client == client)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func anUnknownSessionIsNone(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let found = try await backend.ports.sessions.session(try SessionID())
            #expect(found == nil)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func anEndedSessionIsGone(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let alice = try UserID("alice")
            let opened = try await backend.ports.sessions.create(for: alice, client: client)
            let ending = try await backend.ports.sessions.end(opened.id, of: alice)
            let found = try await backend.ports.sessions.session(opened.id)
            let again = try await backend.ports.sessions.end(opened.id, of: alice)
            let listed = try await backend.ports.sessions.sessions(of: alice)
            #expect(ending == .ended)
            #expect(found == nil)
            #expect(again == .unknown)
            #expect(listed.isEmpty)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aUserCannotEndTheSessionOfAnother(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let opened = try await backend.ports.sessions.create(for: try UserID("alice"), client: client)
            let ending = try await backend.ports.sessions.end(opened.id, of: try UserID("bob"))
            let found = try await backend.ports.sessions.session(opened.id)
            #expect(ending == .foreign)
            #expect(found == opened)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func sessionsOfAUserAreItsOwn(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let alice = try UserID("alice")
            let first = try await backend.ports.sessions.create(for: alice, client: client)
            let second = try await backend.ports.sessions.create(for: alice, client: client)
            _ = try await backend.ports.sessions.create(for: try UserID("bob"), client: client)
            let listed = try await backend.ports.sessions.sessions(of: alice)
            #expect(Set(listed.map(\.id)) == [first.id, second.id])
        }
    }

    @Test(arguments: BackendKind.allCases)
    func theOldestSessionsPastTheBoundAreEnded(kind: BackendKind) async throws {
        try await withBackend(kind, sessions: SessionLimits(perUser: 3)) { backend in
            let alice = try principal("alice")
            let admission = backend.ports.admission
            var opened: [SessionID] = []
            // All within one second or two: which of the others go is open, the new one never does.
            for _ in 0..<12 {
                let id = try await backend.ports.sessions.create(for: alice.user, client: client).id
                let verdict = try await admission.admit(AdmissionRequest(principal: alice, session: id))
                #expect(verdict.isAdmitted)
                opened.append(id)
            }
            let listed = try await backend.ports.sessions.sessions(of: alice.user).map(\.id)
            #expect(listed.count == 3)
            #expect(listed.contains(opened[11]))
            for id in opened {
                let verdict = try await admission.admit(AdmissionRequest(principal: alice, session: id))
                let found = try await backend.ports.sessions.session(id)
                #expect((found != nil) == listed.contains(id))
                if listed.contains(id) {
                    #expect(verdict.isAdmitted)
                } else {
                    #expect(verdict == .unknownSession(foreign: false))
                }
            }
        }
    }

    @Test(arguments: BackendKind.allCases)
    func theSessionThatWasUsedLongestAgoIsEnded(kind: BackendKind) async throws {
        // A session is renewed when it is used after half its time.
        let limits = SessionLimits(idleTimeout: .seconds(400), perUser: 2)
        try await withBackend(kind, sessions: limits) { backend in
            let alice = try principal("alice")
            let first = try await backend.ports.sessions.create(for: alice.user, client: client)
            try await backend.advance(.seconds(110))
            let second = try await backend.ports.sessions.create(for: alice.user, client: client)
            try await backend.advance(.seconds(110))
            let use = AdmissionRequest(principal: alice, session: first.id)
            let renewed = try await backend.ports.admission.admit(use)
            let third = try await backend.ports.sessions.create(for: alice.user, client: client)
            let listed = try await backend.ports.sessions.sessions(of: alice.user)
            let kept = try await backend.ports.admission.admit(use)
            let gone = try await backend.ports.admission.admit(
                AdmissionRequest(principal: alice, session: second.id)
            )
            #expect(renewed.isAdmitted)
            #expect(Set(listed.map(\.id)) == [first.id, third.id])
            #expect(kept.isAdmitted)
            #expect(gone == .unknownSession(foreign: false))
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aSessionInUseLivesPastTheSilenceThatEndsAnother(kind: BackendKind) async throws {
        try await withBackend(kind, sessions: SessionLimits(idleTimeout: .seconds(400))) { backend in
            let alice = try principal("alice")
            let used = try await backend.ports.sessions.create(for: alice.user, client: client)
            let unused = try await backend.ports.sessions.create(for: alice.user, client: client)
            let use = AdmissionRequest(principal: alice, session: used.id)
            try await backend.advance(.seconds(300))
            let early = try await backend.ports.admission.admit(use)
            try await backend.advance(.seconds(200))
            let late = try await backend.ports.admission.admit(use)
            let other = try await backend.ports.admission.admit(
                AdmissionRequest(principal: alice, session: unused.id)
            )
            let listed = try await backend.ports.sessions.sessions(of: alice.user)
            #expect(early.isAdmitted)
            #expect(late.isAdmitted)
            #expect(other == .unknownSession(foreign: false))
            #expect(listed.map(\.id) == [used.id])
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aSilentSessionEnds(kind: BackendKind) async throws {
        try await withBackend(kind, sessions: SessionLimits(idleTimeout: .seconds(100))) { backend in
            let alice = try UserID("alice")
            let opened = try await backend.ports.sessions.create(for: alice, client: client)
            try await backend.advance(.seconds(150))
            let found = try await backend.ports.sessions.session(opened.id)
            let listed = try await backend.ports.sessions.sessions(of: alice)
            #expect(found == nil)
            #expect(listed.isEmpty)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aSessionInUseEndsAtItsAgeAllTheSame(kind: BackendKind) async throws {
        let limits = SessionLimits(idleTimeout: .seconds(200), lifetime: .seconds(300))
        try await withBackend(kind, sessions: limits) { backend in
            let opened = try await backend.ports.sessions.create(for: try UserID("alice"), client: client)
            let request = AdmissionRequest(principal: try principal("alice"), session: opened.id)
            try await backend.advance(.seconds(150))
            let early = try await backend.ports.admission.admit(request)
            try await backend.advance(.seconds(190))
            let late = try await backend.ports.admission.admit(request)
            guard case .admitted(let session, _, _) = early else {
                Issue.record("refused: \(early)")
                return
            }
            #expect(session == AdmittedSession(id: opened.id, revision: "2025-11-25", logLevel: nil))
            #expect(late == .unknownSession(foreign: false))
        }
    }
}
