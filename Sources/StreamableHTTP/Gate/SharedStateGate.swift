import Encodings
package import HTTPServer
package import HTTPTypes
package import Hummingbird
package import Identity
import Logging
import MCPCore
package import MCPServer
package import SharedState

/// Carrel's gate: clients are principals of verified tokens, sessions and limits are in the shared state.
package struct SharedStateGate: CallGate {
    let gate: AdmissionGate
    private let sessions: any SessionStore
    let usage: UsageLedger
    let metrics: CallMetrics

    package init(_ gate: AdmissionGate, sessions: any SessionStore, usage: UsageLedger, metrics: CallMetrics) {
        self.gate = gate
        self.sessions = sessions
        self.usage = usage
        self.metrics = metrics
    }

    package func authenticate(_ request: Request, _ context: CarrelRequestContext) async throws -> Principal {
        try await self.gate.principal(of: request, context)
    }

    package func scopes(of client: Principal) -> Set<String> { client.scopes.names }

    package func admit(
        _ exchange: Exchange<Principal>,
        cost: CallCost,
        ignoringSession: Bool
    ) async throws -> Admittance {
        let admitted = try await self.gate.admit(
            AdmissionRequest(
                principal: exchange.client,
                session: ignoringSession ? nil : try exchange.sessionID(),
                requests: cost.requests,
                writes: cost.writes
            ),
            sessionText: exchange.shortSession,
            exchange.context
        )
        return Admittance(
            revision: admitted.session?.revision,
            headers: admitted.headers,
            resultMeta: admitted.budget.meta,
            sequence: admitted.sequence
        )
    }

    package func check(_ exchange: Exchange<Principal>) async throws {
        _ = try await self.gate.admit(
            AdmissionRequest(principal: exchange.client, session: try exchange.sessionID(), counts: false),
            sessionText: exchange.shortSession,
            exchange.context
        )
    }

    package func hold(_ bytes: Int, _ exchange: Exchange<Principal>) throws {
        try self.gate.hold(bytes, of: exchange.client, sessionText: exchange.shortSession, exchange.context)
    }

    package func openSession(
        _ outcome: InitializeOutcome,
        _ exchange: Exchange<Principal>
    ) async throws -> String {
        let session: Session
        do {
            session = try await self.sessions.create(
                for: exchange.client.user,
                client: SessionClient(outcome, credentialID: exchange.client.revocationID)
            )
        } catch let error as SharedStateError {
            throw Refusal(error, exchange.context)
        }
        self.gate.audit.record(
            .sessionCreated,
            by: exchange.client,
            session: session.id.value,
            exchange.context,
            [.client: session.client.name]
        )
        self.metrics.answered(method: MCPMethod.initialize.rawValue, outcome: .success, since: exchange.start)
        return session.id.value
    }

    package func endSession(_ exchange: Exchange<Principal>) async throws {
        do {
            guard let id = exchange.sessionText.flatMap({ SessionID($0) }),
                try await self.sessions.end(id, of: exchange.client.user) == .ended
            else { throw Refusal.unknownSession }
        } catch let error as SharedStateError {
            throw Refusal(error, exchange.context)
        }
        self.gate.audit.record(.sessionEnded, by: exchange.client, session: exchange.shortSession, exchange.context)
    }

    package func challenge(missing scope: String, of client: Principal) -> HTTPFields {
        // All scopes at once, so that the client asks its user only once (MCP 2025-11-25, Step-Up Authorization).
        let needed = client.scopes.names.union([scope]).sorted().joined(separator: " ")
        let challenge = self.gate.authenticator.challenge.text(
            error: "insufficient_scope",
            "The token lacks the scope \(scope).",
            scope: needed
        )
        return [.wwwAuthenticate: challenge]
    }
}

extension Exchange {
    /// The session that the request names; `nil` for none.
    ///
    /// - Throws: `Refusal`: an id in another format cannot be one of this server, and is unknown like an expired one.
    fileprivate func sessionID() throws -> SessionID? {
        guard let text = self.sessionText else { return nil }
        guard let session = SessionID(text) else { throw Refusal.unknownSession }
        return session
    }

    /// For audit events, cut because the client chooses its length.
    var shortSession: String? { self.sessionText.map { String(decoding: $0.utf8.prefix(64), as: UTF8.self) } }
}

extension SessionClient {
    fileprivate init(_ outcome: InitializeOutcome, credentialID: String) {
        var capabilities = JSONWriter()
        capabilities.value(.object(outcome.parameters.capabilities))
        self.init(
            revision: outcome.revision.rawValue,
            name: outcome.parameters.clientInfo.name,
            version: outcome.parameters.clientInfo.version,
            capabilities: String(decoding: capabilities.bytes, as: UTF8.self),
            credentialID: credentialID
        )
    }
}
