import HTTPServer
package import Hummingbird
package import Identity
import MCPCore
package import MCPServer
import SharedState

extension SharedStateGate {
    package func record<Subject>(_ reply: Reply, to call: Call<Subject>, _ exchange: Exchange<Principal>) {
        if let scope = reply.missingScope {
            return self.audit(.forbidden, [.path: "/mcp", .error: "permission_denied", .scope: scope], exchange)
        }
        for event in reply.events {
            guard let name = AuditEvent.Name(rawValue: event.name) else { continue }
            if name == .pathRejected { self.metrics.pathRejected(traversal: event.details["traversal"] == "true") }
            self.audit(name, event.auditDetails, exchange)
        }
        self.metrics.answered(
            method: call.tool ?? call.request.method,
            outcome: reply.outcome,
            since: exchange.start
        )
        guard call.tool != nil else { return }
        self.usage.record(
            UsageCounts(
                reads: call.writes ? 0 : 1,
                writes: call.writes ? 1 : 0,
                errors: reply.outcome == .success ? 0 : 1
            ),
            for: exchange.client.user
        )
    }

    package func record(_ response: Response, bodyBytes: Int, _ exchange: Exchange<Principal>) {
        let answerBytes = response.body.contentLength ?? 0
        self.gate.charge(bodyBytes + answerBytes, to: exchange.client)
        self.usage.record(
            UsageCounts(
                requests: 1,
                bytesIn: bodyBytes,
                bytesOut: answerBytes,
                errors: response.status.code >= 400 ? 1 : 0
            ),
            for: exchange.client.user
        )
    }

    package func record(streamedBytes: Int, _ exchange: Exchange<Principal>) {
        self.gate.charge(streamedBytes, to: exchange.client)
        self.usage.record(UsageCounts(bytesOut: streamedBytes), for: exchange.client.user)
    }

    private func audit(_ name: AuditEvent.Name, _ details: [AuditField: String], _ exchange: Exchange<Principal>) {
        self.gate.audit.record(
            name,
            by: exchange.client,
            session: exchange.shortSession,
            exchange.context,
            details
        )
    }
}
