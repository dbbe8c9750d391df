public import Identity
import Synchronization

/// What a single worker knows of logins, clients, grants and browsers.
struct OAuthState: Sendable {
    struct Kept<Value: Sendable>: Sendable {
        let value: Value
        var until: Int64
    }

    struct HeldGrant: Sendable {
        var grant: Grant
        var number = 0
        var rotated: Int64 = 0
        var until: Int64
    }

    var logins: [String: Kept<LoginAttempt>] = [:]
    var clients: [String: Kept<OAuthClient>] = [:]
    var codes: [String: Kept<CodeRedemption>] = [:]
    var grants: [UserID: [String: HeldGrant]] = [:]
    var browsers: [String: Kept<WebSession>] = [:]

    mutating func sweep(at seconds: Int64) {
        self.logins = self.logins.filter { $0.value.until > seconds }
        self.clients = self.clients.filter { $0.value.until > seconds }
        self.codes = self.codes.filter { $0.value.until > seconds }
        self.browsers = self.browsers.filter { $0.value.until > seconds }
        self.grants = self.grants.mapValues { $0.filter { $0.value.until > seconds } }.filter { !$0.value.isEmpty }
    }
}

extension MemoryBackend: LoginStore, ClientStore {
    private func change<Value: Sendable>(
        _ body: @Sendable (inout OAuthState, Int64) throws -> Value
    ) rethrows -> Value {
        let seconds = self.seconds
        return try self.state.withLock { state in
            state.sweep(at: seconds, limits: self.sessionLimits)
            return try body(&state.oauth, seconds)
        }
    }

    /// Keeps a login for ten minutes.
    public func save(_ attempt: LoginAttempt, state: String) async throws {
        self.change { $0.logins[state] = .init(value: attempt, until: $1 + GrantTimes.login) }
    }

    /// The login of that state, and only once.
    public func take(state: String) async throws -> LoginAttempt? {
        self.change { oauth, now in
            oauth.logins.removeValue(forKey: state).flatMap { $0.until > now ? $0.value : nil }
        }
    }

    /// Keeps a client.
    public func save(_ client: OAuthClient) async throws {
        self.change { $0.clients[client.id] = .init(value: client, until: $1 + GrantTimes.newClient) }
    }

    /// The client of that id.
    public func client(_ id: String) async throws -> OAuthClient? {
        self.change { oauth, now in
            guard let kept = oauth.clients[id], kept.until > now else { return nil }
            return kept.value
        }
    }

    /// Keeps a client that a user has let in.
    public func keepClient(_ id: String) async throws {
        self.change { $0.clients[id]?.until = $1 + GrantTimes.client }
    }
}

extension MemoryBackend: GrantStore {
    /// Keeps what a code stands for.
    public func save(_ code: AuthorizationCode, secret: String) async throws {
        self.change { $0.codes[secret] = .init(value: .redeemed(code), until: $1 + GrantTimes.code) }
    }

    /// What a code stands for, and only once.
    public func redeem(_ secret: String) async throws -> CodeRedemption {
        try self.change { oauth, now in
            guard let kept = oauth.codes[secret], kept.until > now else { return .unknown }
            if case .redeemed(let code) = kept.value {
                let used = CodeRedemption.replayed(user: try UserID(code.user), grant: code.grant)
                oauth.codes[secret] = .init(value: used, until: now + GrantTimes.usedCode)
            }
            return kept.value
        }
    }

    /// Opens a grant, unless it has ended before.
    public func open(_ grant: Grant) async throws -> Bool {
        let seconds = self.seconds
        let surplus = self.state.withLock { state -> [String]? in
            if let end = state.revoked[grant.user]?[Keys.digest(grant.id)], end > seconds { return nil }
            if let second = state.notBefore[grant.user], grant.created <= second { return nil }
            let held = OAuthState.HeldGrant(grant: grant, until: seconds + GrantTimes.grant)
            state.oauth.grants[grant.user, default: [:]][grant.id] = held
            let all = (state.oauth.grants[grant.user] ?? [:]).values.map(\.grant).sorted { $0.lastUsed > $1.lastUsed }
            return all.dropFirst(GrantTimes.mostGrants).map(\.id)
        }
        guard let surplus else { return false }
        for id in surplus { try await self.revokeGrant(id, of: grant.user, now: grant.created) }
        return true
    }

    /// Takes a refresh token for the next one.
    public func rotate(_ token: RefreshToken, clientID: String, scopes: ScopeSet) async throws -> GrantRotation {
        let seconds = self.seconds
        return self.state.withLock { state in
            guard var held = state.oauth.grants[token.user]?[token.grant], held.until > seconds,
                held.grant.clientID == clientID
            else { return .ended }
            if let end = state.revoked[token.user]?[Keys.digest(token.grant)], end > seconds { return .ended }
            if let second = state.notBefore[token.user], held.grant.created <= second { return .ended }
            guard held.grant.scopes.isSuperset(of: scopes) else { return .exceeded }
            if token.number < held.number {
                let isGraced = token.number == held.number - 1 && seconds - held.rotated <= GrantTimes.grace
                return isGraced ? .rotated(number: held.number, held.grant) : .reused
            }
            held.number = token.number + 1
            held.rotated = seconds
            held.grant.lastUsed = seconds
            held.until = seconds + GrantTimes.grant
            state.oauth.grants[token.user]?[token.grant] = held
            return .rotated(number: held.number, held.grant)
        }
    }

    /// The grants of a user that have not ended, last used first.
    public func grants(of user: UserID) async throws -> [Grant] {
        let seconds = self.seconds
        return self.state.withLock { state in
            let notBefore = state.notBefore[user] ?? -1
            let live = (state.oauth.grants[user] ?? [:]).filter {
                $0.value.until > seconds && $0.value.grant.created > notBefore
            }
            return live.values.map(\.grant).sorted { ($0.lastUsed, $0.id) > ($1.lastUsed, $1.id) }
        }
    }

    /// Ends a grant with all its tokens.
    public func revokeGrant(_ id: String, of user: UserID, now: Int64) async throws {
        try await self.revoke(id, of: user, expiresAt: now + GrantTimes.grant)
        self.change { oauth, _ in oauth.grants[user]?[id] = nil }
    }
}

extension MemoryBackend: WebSessionStore {
    /// Signs a browser in.
    public func createWebSession(for user: UserID, name: String?) async throws -> String {
        let secret = try SecureRandom.identifier()
        let digest = SecretDigest.of(secret)
        self.change { oauth, now in
            let session = WebSession(user: user, name: name, created: now, digest: digest)
            oauth.browsers[digest] = .init(value: session, until: now + GrantTimes.webSession)
        }
        return secret
    }

    /// Who is signed in with that secret.
    public func webSession(_ secret: String) async throws -> WebSession? {
        let seconds = self.seconds
        return self.state.withLock { state in
            guard let kept = state.oauth.browsers[SecretDigest.of(secret)], kept.until > seconds else { return nil }
            if let second = state.notBefore[kept.value.user], kept.value.created <= second { return nil }
            return kept.value
        }
    }

    /// Signs a browser out.
    public func endWebSession(_ secret: String) async throws {
        self.change { oauth, _ in oauth.browsers[SecretDigest.of(secret)] = nil }
    }
}
