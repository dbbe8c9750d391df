package import Dispatch
package import HTTPServer
import HTTPTypes
import Hummingbird
import MCPCore

/// One authenticated request with its MCP headers.
package struct Exchange<Client: Sendable>: Sendable {
    package let client: Client
    package let context: CarrelRequestContext
    package let start: DispatchTime
    /// The `Mcp-Session-Id` as it came.
    package let sessionText: String?
    /// The `MCP-Protocol-Version` as it came; some proxies send it twice, which is the same as once.
    let version: String?

    init(client: Client, request: Request, context: CarrelRequestContext, start: DispatchTime = .now()) {
        self.client = client
        self.context = context
        self.start = start
        self.sessionText = request.headers[.mcpSessionID]
        self.version = request.headers[.mcpProtocolVersion].map(Self.collapsing)
    }

    /// The revision of the response: the session's, else the header's, else the last one that had no header.
    func revision(_ admittance: Admittance) -> ProtocolRevision {
        (admittance.revision ?? self.version).map { ProtocolRevision(rawValue: $0) } ?? .v2025_03_26
    }

    private static func collapsing(_ text: String) -> String {
        guard text.contains(",") else { return text }
        let values = Set(text.split(separator: ",").map { $0.filter { $0 != " " } })
        return values.count == 1 ? String(values.first ?? "") : text
    }
}
