import Identity
import Synchronization

/// The one locked state that the stores in memory share.
final class SharedMemory: Sendable {
    /// The time since 1970.
    let now: @Sendable () -> Duration
    private let sessionLimits: SessionLimits
    private let state = Mutex(State())

    init(sessionLimits: SessionLimits, now: @escaping @Sendable () -> Duration) {
        self.sessionLimits = sessionLimits
        self.now = now
    }

    /// What each idea keeps; the types are in its folder.
    struct State {
        var sessions = MemorySessions()
        var revocations = MemoryRevocations()
        var arrivals = MemoryArrivals()
        var actions = MemoryActions()
        var tokens = MemoryTokens()
        var audit = MemoryAudit()
        var usage = MemoryUsage()
        var logins: [String: Expiring<LoginAttempt>] = [:]
        var clients: [String: Expiring<OAuthClient>] = [:]
        var codes: [String: Expiring<CodeRedemption>] = [:]
        var grants = MemoryGrants()
        var webSessions: [String: Expiring<WebSession>] = [:]
        var sweptAt: Int64 = 0
    }

    /// Runs a body on the state, with the time in seconds since 1970, after expired values were removed.
    func withState<Value: Sendable>(_ body: (inout State, Int64) throws -> Value) rethrows -> Value {
        let seconds = self.now().wholeSeconds
        return try self.state.withLock { state in
            state.sweep(at: seconds, limits: self.sessionLimits)
            return try body(&state, seconds)
        }
    }
}

extension SharedMemory.State {
    /// Removes what has expired, at most once a minute, so that an idle user costs nothing.
    fileprivate mutating func sweep(at seconds: Int64, limits: SessionLimits) {
        guard seconds - self.sweptAt >= 60 else { return }
        self.sweptAt = seconds
        self.sessions.sweep(at: seconds, limits: limits)
        self.revocations.sweep(at: seconds)
        self.arrivals.sweep(at: seconds)
        self.actions.sweep(at: seconds)
        self.logins = self.logins.filter { $0.value.until > seconds }
        self.clients = self.clients.filter { $0.value.until > seconds }
        self.codes = self.codes.filter { $0.value.until > seconds }
        self.grants.sweep(at: seconds)
        self.webSessions = self.webSessions.filter { $0.value.until > seconds }
    }
}

/// A value that is kept until a second.
struct Expiring<Value: Sendable>: Sendable {
    private let value: Value
    var until: Int64

    init(_ value: Value, until: Int64) {
        self.value = value
        self.until = until
    }

    /// The value, unless it has expired.
    func live(at seconds: Int64) -> Value? { self.until > seconds ? self.value : nil }
}
