import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// `/mcp` with Carrel's own gate and tools.
struct MCPRouteTests {
    @Test func aNoteIsWrittenAndRead() async throws {
        try await withServer { server in
            let token = try await server.token()
            let session = try await server.openSession(token)
            let written = try await server.mcp(RPC.write("a.md"), token: token, session: session)
            let read = try await server.mcp(RPC.read("a.md"), token: token, session: session)
            let saved = try written.json()["result"]
            let note = try read.json()["result"]?["structuredContent"]?["note"]
            let event = server.audit.events(.noteWritten).first
            #expect(written.status == .ok)
            #expect(saved?["content"]?.arrayValue?.first?["text"] == "Successfully saved note: a.md")
            #expect(note?["path"] == "a.md")
            #expect(note?["body"]?.stringValue?.contains("Hello") == true)
            #expect(event?.details[.path] == "a.md")
            #expect(event?.user == "ada")
            #expect(event?.session == session)
        }
    }

    @Test func usersDoNotSeeEachOthersNotes() async throws {
        try await withServer { server in
            _ = try await server.mcp(RPC.write("a.md"), token: try await server.token("ada"))
            let response = try await server.mcp(RPC.read("a.md"), token: try await server.token("bob"))
            let json = try response.json()
            #expect(response.status == .ok)
            #expect(json["result"]?["isError"] == true)
        }
    }

    @Test func everyResponseTellsOfTheLimits() async throws {
        try await withServer { server in
            let token = try await server.token()
            let list = try await server.mcp(RPC.list, token: token)
            let call = try await server.mcp(RPC.write("a.md"), token: token)
            let json = try call.json()
            #expect(list.headers[.rateLimitPolicy] == #""requests";q=600;w=60, "writes";q=120;w=60"#)
            #expect(list.headers[.rateLimit] == #""requests";r=599;t=1, "writes";r=120;t=0"#)
            #expect(call.headers[.rateLimit] == #""requests";r=598;t=1, "writes";r=119;t=1"#)
            #expect(
                json["result"]?["_meta"]?["carrel/limits"]
                    == ["requests": ["remaining": 598, "reset": 1], "writes": ["remaining": 119, "reset": 1]]
            )
        }
    }

    @Test func allToolsAreListed() async throws {
        try await withServer { server in
            let token = try await server.token()
            let json = try await server.mcp(RPC.list, token: token).json()
            let names = json["result"]?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
            #expect(
                Set(names ?? []) == [
                    "read_note", "write_note", "list_notes", "search_notes", "get_tags", "get_backlinks",
                    "delete_note",
                ]
            )
        }
    }

    @Test func initializeOpensASession() async throws {
        try await withServer { server in
            let token = try await server.token()
            let response = try await server.mcp(RPC.initialize(), token: token)
            let json = try response.json()
            let event = server.audit.events(.sessionCreated).first
            #expect(response.status == .ok)
            #expect(json["result"]?["protocolVersion"] == "2025-11-25")
            #expect(json["result"]?["serverInfo"]?["name"] == "carrel")
            #expect(response.headers[.mcpSessionID] != nil)
            #expect(event?.details == [.client: "a client"])
            #expect(event?.session == response.headers[.mcpSessionID])
        }
    }

    @Test func aRejectedPathIsRecorded() async throws {
        try await withServer { server in
            let token = try await server.token()
            let response = try await server.mcp(RPC.read("../../etc/passwd"), token: token)
            let json = try response.json()
            let event = server.audit.events(.pathRejected).first
            #expect(response.status == .ok)
            #expect(json["result"]?["isError"] == true)
            #expect(event?.details[.init(rawValue: "traversal")] == "true")
            #expect(event?.user == "ada")
        }
    }

    @Test(
        arguments: [
            (RPC.call("nothing", "{}"), -32602), (RPC.call("read_note", "[]"), -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}}"#, -32602),
        ]
    )
    func badCallsAreErrorsOfTheProtocol(body: String, code: Int) async throws {
        try await withServer { server in
            let response = try await server.mcp(body, token: try await server.token())
            let json = try response.json()
            #expect(response.status == .ok)
            #expect(json["error"]?["code"]?.intValue == code)
            #expect(json["id"] == 1)
        }
    }

    @Test(
        arguments: ["{}", #"{"path":1}"#, #"{"path":"a.md","other":1}"#, #"{"path":""}"#, #"{"path":"a.txt"}"#]
    )
    func badArgumentsAreErrorsOfTheTool(arguments: String) async throws {
        try await withServer { server in
            let body = RPC.call("read_note", arguments)
            let response = try await server.mcp(body, token: try await server.token())
            let json = try response.json()
            #expect(response.status == .ok)
            #expect(json["result"]?["isError"] == true)
        }
    }

    @Test func aBodyOver8MiBIsRefused() async throws {
        try await withServer { server in
            let body = String(repeating: " ", count: (8 << 20) + 1)
            let response = try await server.mcp(body, token: try await server.token())
            let json = try response.json()
            #expect(response.status == .contentTooLarge)
            #expect(json["error"]?["code"] == -32600)
            #expect(response.headers[.connection] == "close")
        }
    }

    @Test func otherContentTypesAreRefused() async throws {
        try await withServer { server in
            let response = try await server.send(
                .post,
                "/mcp",
                token: try await server.token(),
                headers: [.contentType: "text/plain"],
                body: RPC.ping
            )
            let json = try response.json()
            #expect(response.status == .unsupportedMediaType)
            #expect(json["error"]?["code"] == -32600)
            #expect(response.headers[.requestID] != nil)
        }
    }

    @Test(arguments: ["2026-07-28", "1999-01-01"])
    func unspokenRevisionsAreRefused(version: String) async throws {
        try await withServer { server in
            let response = try await server.mcp(RPC.ping, token: try await server.token(), version: version)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"]?["code"] == -32022)
            #expect(json["error"]?["data"]?["requested"]?.stringValue == version)
        }
    }

    @Test func noStreamIsOpened() async throws {
        try await withServer { server in
            let response = try await server.send(.get, "/mcp", token: try await server.token())
            let json = try response.json()
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "POST, DELETE")
            #expect(json["error"] == "validation_error")
        }
    }
}
