import Dispatch
import HTTPTypes
import Hummingbird
import Identity
import MCPCore
import SharedState

/// One authenticated request, with what its headers say.
struct Exchange: Sendable {
    let principal: Principal
    let context: CarrelRequestContext
    let start: DispatchTime
    /// The `Mcp-Session-Id` as it came.
    let sessionText: String?
    /// The `MCP-Protocol-Version` as it came; some proxies send it twice, which is the same as once.
    let version: String?

    init(principal: Principal, request: Request, context: CarrelRequestContext, start: DispatchTime) {
        self.principal = principal
        self.context = context
        self.start = start
        self.sessionText = request.headers[.mcpSessionID]
        self.version = request.headers[.mcpProtocolVersion].map(Self.collapsing)
    }

    /// An audit event of this request.
    func event(_ name: AuditEvent.Name, details: [AuditField: String] = [:]) -> AuditEvent {
        AuditEvent(
            name,
            by: self.principal,
            session: self.sessionText.map { String($0.prefix(64)) },
            self.context,
            details
        )
    }

    /// What the request adds to the user's counts.
    func counts(bodyBytes: Int, response: Response) -> UsageCounts {
        UsageCounts(
            requests: 1,
            bytesIn: bodyBytes,
            bytesOut: response.body.contentLength ?? 0,
            errors: response.status.code >= 400 ? 1 : 0
        )
    }

    private static func collapsing(_ text: String) -> String {
        guard text.contains(",") else { return text }
        let values = Set(text.split(separator: ",").map { $0.filter { $0 != " " } })
        return values.count == 1 ? String(values.first ?? "") : text
    }
}
