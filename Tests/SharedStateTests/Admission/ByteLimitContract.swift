import Identity
import SharedState
import Testing

/// What every backend promises of the limit of bytes.
@Suite(.serialized) struct ByteLimitContract {
    @Test(arguments: BackendKind.allCases)
    func bytesAreChargedWithTheNextAdmission(kind: BackendKind) async throws {
        let rates = RateLimits(bytes: RateLimit(1 << 20, per: .seconds(3600)))
        try await withBackend(kind, rates: rates) { backend in
            let admission = backend.ports.admission
            let alice = AdmissionRequest(principal: try principal("alice"))
            let first = try await admission.admit(alice)
            admission.charge(1 << 19, to: alice.principal.user)
            let half = try await admission.admit(alice)
            admission.charge(1 << 20, to: alice.principal.user)
            let over = try await admission.admit(alice)
            let asked = try await admission.admit(AdmissionRequest(principal: alice.principal, counts: false))
            let again = try await admission.admit(alice)
            let other = try await admission.admit(AdmissionRequest(principal: try principal("bob")))
            guard case .admitted(_, let budget, _) = half, case .limited(.bytes, let wait) = over else {
                Issue.record("\(half), \(over)")
                return
            }
            try await backend.advance(wait + .milliseconds(10))
            let later = try await admission.admit(alice)
            #expect(first.isAdmitted)
            #expect((524_288...524_400).contains(budget.bytes?.remaining ?? 0))
            #expect(wait > .seconds(1790) && wait <= .seconds(1800))
            #expect(!asked.isAdmitted)
            #expect(!again.isAdmitted)
            #expect(other.isAdmitted)
            #expect(later.isAdmitted)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func bytesOfARefusedRequestAreChargedLater(kind: BackendKind) async throws {
        let rates = RateLimits(bytes: RateLimit(1 << 20, per: .seconds(3600)))
        try await withBackend(kind, rates: rates) { backend in
            let admission = backend.ports.admission
            let alice = try principal("alice")
            let revoked = try principal("alice", token: "a-revoked-token-01234")
            try await backend.ports.revocations.revoke(
                revoked.tokenID,
                of: revoked.user,
                expiresAt: revoked.expiresAt
            )
            admission.charge(1 << 21, to: alice.user)
            let verdicts = [
                try await admission.admit(AdmissionRequest(principal: revoked)),
                try await admission.admit(AdmissionRequest(principal: alice, session: SessionID())),
            ]
            let over = try await admission.admit(AdmissionRequest(principal: alice))
            #expect(verdicts == [.revoked, .unknownSession(foreign: false)])
            guard case .limited(.bytes, _) = over else {
                Issue.record("not limited: \(over)")
                return
            }
        }
    }
}
