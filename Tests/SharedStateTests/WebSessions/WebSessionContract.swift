import Identity
import SharedState
import Testing

/// What every backend promises of logins, clients and browsers that are signed in.
@Suite(.serialized) struct WebSessionContract {
    @Test(arguments: BackendKind.allCases)
    func aLoginIsFinishedOnce(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let attempt = try LoginAttempt(browser: "digest", next: "/oauth/authorize?x=1")
            try await backend.ports.logins.save(attempt, state: "state")
            let other = try await backend.ports.logins.take(state: "other")
            let first = try await backend.ports.logins.take(state: "state")
            let second = try await backend.ports.logins.take(state: "state")
            #expect(other == nil)
            #expect(first == attempt)
            #expect(second == nil)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aClientIsFoundByItsIdWhateverThatIs(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let known = OAuthClient(
                id: "client-0123456789abcdef",
                name: "Ä \"App\"",
                redirectURIs: ["https://a.example/cb"]
            )
            try await backend.ports.clients.save(known)
            let found = try await backend.ports.clients.client(known.id)
            #expect(found == known)
            for id in ["", "*", "client-0123456789abcdeF", "{x}:\n", String(repeating: "x", count: 5000)] {
                let other = try await backend.ports.clients.client(id)
                #expect(other == nil)
            }
        }
    }

    @Test(arguments: BackendKind.allCases)
    func aBrowserIsSignedInUntilItIsSignedOut(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let (browsers, alice) = (backend.ports.webSessions, try UserID("alice"))
            let secret = try await browsers.createWebSession(for: alice, name: "Alice")
            let other = try await browsers.createWebSession(for: alice, name: nil)
            let found = try await browsers.webSession(secret)
            try await browsers.endWebSession(secret)
            let ended = try await browsers.webSession(secret)
            let left = try await browsers.webSession(other)
            let unknown = try await browsers.webSession("")
            #expect(found?.user == alice)
            #expect(found?.name == "Alice")
            #expect(found?.digest != secret)
            #expect(ended == nil)
            #expect(left?.user == alice)
            #expect(left?.name == nil)
            #expect(unknown == nil)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func loggingOutEverywhereSignsAllBrowsersOut(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let (browsers, alice) = (backend.ports.webSessions, try UserID("alice"))
            let secret = try await browsers.createWebSession(for: alice, name: nil)
            let bobs = try await browsers.createWebSession(for: try UserID("bob"), name: nil)
            let created = try #require(try await browsers.webSession(secret)?.created)
            try await backend.ports.revocations.revokeAll(of: alice, issuedUpTo: created)
            let after = try await browsers.webSession(secret)
            let others = try await browsers.webSession(bobs)
            #expect(after == nil)
            #expect(others != nil)
        }
    }

    @Test(arguments: BackendKind.allCases)
    func pastAHundredBrowsersOfAUserTheOldestEnds(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let (browsers, alice) = (backend.ports.webSessions, try UserID("alice"))
            let bobs = try await browsers.createWebSession(for: try UserID("bob"), name: nil)
            let oldest = try await browsers.createWebSession(for: alice, name: nil)
            let ended = try await browsers.createWebSession(for: alice, name: nil)
            try await backend.advance(.seconds(10))
            var others: [String] = []
            for _ in 0..<98 { others.append(try await browsers.createWebSession(for: alice, name: nil)) }
            try await browsers.endWebSession(ended)
            others.append(try await browsers.createWebSession(for: alice, name: nil))
            let before = try await browsers.webSession(oldest)
            others.append(try await browsers.createWebSession(for: alice, name: nil))
            let after = try await browsers.webSession(oldest)
            var live = 0
            for secret in others where try await browsers.webSession(secret) != nil { live += 1 }
            let foreign = try await browsers.webSession(bobs)
            #expect(before != nil)
            #expect(after == nil)
            #expect(live == 100)
            #expect(foreign != nil)
        }
    }
}
