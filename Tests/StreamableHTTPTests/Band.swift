import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MCPCore
import MCPServer
import NIOCore
import StreamableHTTP

/// A server of made-up tools over an instrument, served by the endpoint in memory.
enum Band {
    struct Instrument: Sendable {
        let player: String
    }

    /// 600 KB as JSON.
    private static let roar = String(repeating: "\u{1}", count: 100_000)

    private static func tool(_ name: String, scope: String, writes: Bool) -> Tool<Instrument> {
        Tool(
            ToolDefinition(
                name: name,
                title: name,
                description: "Plays.",
                inputSchema: ["type": "object", "properties": ["note": ["type": "string"]]],
                outputSchema: nil,
                annotations: ToolAnnotations(readOnly: !writes, openWorld: false)
            ),
            scope: scope,
            writes: writes
        ) { instrument, arguments in
            let note = name == "roar" ? Self.roar : "\(instrument.player): \(arguments.optionalString("note") ?? "la")"
            return ToolOutcome(ToolCallResult(content: [.text(note)], structuredContent: nil, isError: false))
        }
    }

    static func dispatcher() throws -> LegacyDispatcher<Instrument> {
        LegacyDispatcher(
            implementation: Implementation(name: "band", title: "Band", version: "1.0"),
            instructions: "Play.",
            registry: try ToolRegistry([
                Self.tool("hum", scope: "play:listen", writes: false),
                Self.tool("drum", scope: "play:loud", writes: true),
                Self.tool("roar", scope: "play:loud", writes: false),
            ]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs `body` with a client of the endpoint.
    static func serve(
        _ gate: OpenGate = OpenGate(),
        maxBodyBytes: Int = 4096,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: CarrelRequestContext.self)
        router.add(middleware: ResponseMiddleware(readiness: Readiness {}))
        if gate.loop != nil { router.add(middleware: EndRecorder(gate: gate)) }
        MCPEndpoint(try Self.dispatcher(), gate: gate, maxBodyBytes: maxBodyBytes) { client, _ in
            Instrument(player: client.name)
        }.add(to: router)
        try await Application(router: router).test(.router, body)
    }
}

/// Records where the rest of a request runs, once its route has answered.
private struct EndRecorder: RouterMiddleware {
    let gate: OpenGate

    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        self.gate.record("ended")
        return response
    }
}

extension TestClientProtocol {
    /// Posts a body to `/mcp` with the client's name as its token.
    func post(
        _ body: String,
        as client: String? = "ada",
        session: String? = nil,
        headers: HTTPFields = [.contentType: "application/json"]
    ) async throws -> TestResponse {
        var headers = headers
        if let client { headers[.authorization] = "Bearer \(client)" }
        if let session { headers[.mcpSessionID] = session }
        return try await self.execute(uri: "/mcp", method: .post, headers: headers, body: ByteBuffer(string: body))
    }

    /// Opens a session and returns its id.
    func initialize(_ revision: String = "2025-11-25", as client: String = "ada") async throws -> String {
        let body = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"\#(revision)"}}"#
        let response = try await self.post(body, as: client)
        return response.headers[.mcpSessionID] ?? ""
    }
}

extension TestResponse {
    func json() throws -> JSONValue { try JSONParser.parse(Array(self.body.readableBytesView)) }
}
