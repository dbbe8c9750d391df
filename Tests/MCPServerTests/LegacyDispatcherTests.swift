import Encodings
import MCPCore
import MCPServer
import Testing

struct LegacyDispatcherTests {
    private let everything = Caller(subject: "alice", scopes: ["notes:read", "notes:write"])

    private func answer(
        _ text: String,
        caller: Caller<String>? = nil,
        revision: ProtocolRevision = .v2025_11_25
    ) async throws -> (reply: Reply, json: JSONValue) {
        let reply = try await call(text).run(as: caller ?? self.everything, revision: revision)
        return (reply, try JSONParser.parse(reply.body))
    }

    @Test func pingReturnsAnEmptyResult() async throws {
        let (_, json) = try await self.answer(#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#)
        #expect(json == ["jsonrpc": "2.0", "id": "a", "result": [:]])
    }

    @Test func anUnknownMethodIsNamedInTheError() async throws {
        let (reply, json) = try await self.answer(#"{"jsonrpc":"2.0","id":1,"method":"tools/sing"}"#)
        #expect(json["error"]?["code"] == -32601)
        #expect(json["error"]?["message"] == "Unknown method: tools/sing")
        #expect(reply.outcome == .protocolError)
    }

    @Test func toolsAreListedInTheOrderOfTheirRegistration() async throws {
        let (_, json) = try await self.answer(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        let names = json["result"]?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names == ["echo", "fail", "break"])
    }

    @Test func toolsWithoutTheirScopeAreNotListedAndRefused() async throws {
        let reader = Caller(subject: "alice", scopes: ["notes:read"])
        let (_, list) = try await self.answer(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, caller: reader)
        let (_, call) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fail"}}"#,
            caller: reader
        )
        let names = list["result"]?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names == ["echo", "break"])
        #expect(call["error"]?["code"] == 403)
        #expect(call["error"]?["message"] == "The token lacks the scope notes:write.")
    }

    @Test func aCursorThatWasNeverIssuedIsInvalid() async throws {
        let (_, json) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}}"#
        )
        #expect(json["error"]?["code"] == -32602)
    }

    @Test(arguments: [
        (ProtocolRevision.v2024_11_05, false, false), (.v2025_03_26, false, false), (.v2025_06_18, true, true),
        (.v2025_11_25, true, true),
    ])
    func listingsFollowTheRevision(revision: ProtocolRevision, hasTitle: Bool, hasOutputSchema: Bool) async throws {
        let (_, json) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
            revision: revision
        )
        let echo = json["result"]?["tools"]?.arrayValue?.first
        #expect((echo?["title"] != nil) == hasTitle)
        #expect((echo?["outputSchema"] != nil) == hasOutputSchema)
        #expect(echo?["inputSchema"]?["required"] == ["text"])
    }

    @Test func aToolWorksOnItsCallersSubject() async throws {
        let (reply, json) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}}"#
        )
        #expect(json["result"]?["structuredContent"]?["text"] == "alice: hi")
        #expect(json["result"]?["content"] == [["type": "text", "text": "said"]])
        #expect(reply.events == [ToolEvent("said")])
        #expect(reply.outcome == .success)
    }

    @Test(arguments: [
        (#"{}"#, "'text' is required."),
        (#"{"text":1}"#, "'text' must be of type string."),
        (#"{"text":null}"#, "'text' must be of type string."),
        (#"{"text":""}"#, "'text' must not be empty."),
        (#"{"text":"abcdef"}"#, "'text' must have at most 5 characters."),
        (#"{"text":"a","times":0}"#, "'times' must be at least 1."),
        (#"{"text":"a","times":4}"#, "'times' must be at most 3."),
        (#"{"text":"a","times":1.5}"#, "'times' must be of type integer."),
        (#"{"text":"a","times":true}"#, "'times' must be of type integer."),
        (#"{"text":"a","tiems":1}"#, "'tiems' is not known. Known: text, times."),
    ])
    func invalidArgumentsAreAToolError(arguments: String, problem: String) async throws {
        let (reply, json) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":\#(arguments)}}"#
        )
        #expect(json["result"]?["isError"] == true)
        #expect(json["result"]?["structuredContent"]?["error"] == "validation_error")
        #expect(json["result"]?["structuredContent"]?["message"]?.stringValue == problem)
        #expect(reply.outcome == .toolError)
    }

    @Test(arguments: [#"{"text":"a","times":2.0}"#, #"{"text":"a","times":null}"#, #"{"text":"語語語語語"}"#])
    func equivalentArgumentsAreAccepted(arguments: String) async throws {
        let (reply, _) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":\#(arguments)}}"#
        )
        #expect(reply.outcome == .success)
    }

    @Test(arguments: [#"{}"#, #"{"name":1}"#, #"{"name":"sing"}"#, #"{"name":"echo","arguments":[]}"#])
    func aCallThatNamesNoToolIsAProtocolError(params: String) async throws {
        let (reply, json) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":\#(params)}"#
        )
        #expect(json["error"]?["code"] == -32602)
        #expect(reply.outcome == .protocolError)
    }

    @Test func aFailureHasAHint() async throws {
        let (reply, json) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fail","arguments":null}}"#
        )
        #expect(json["result"]?["isError"] == true)
        #expect(
            json["result"]?["structuredContent"] == [
                "error": "not_found", "message": "There is no such thing.", "hint": "Look elsewhere.",
                "suggestions": ["here"],
            ]
        )
        #expect(reply.events == [ToolEvent("path_rejected")])
    }

    @Test func internalErrorsDiscloseNothing() async throws {
        let (reply, json) = try await self.answer(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"break"}}"#
        )
        #expect(json["error"]?["code"] == -32603)
        #expect(json["error"]?["message"]?.stringValue?.contains("Broken") == false)
        #expect(reply.outcome == .internalError)
    }

    @Test(arguments: [
        ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"),
    ])
    func initializeNegotiatesARevision(requested: String, agreed: String) async throws {
        let opening = try ToyTools.dispatcher().initialize(
            try request(
                #"""
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"\#(requested)",
                "capabilities":{"experimental":{"x":{"y":[1]}}},"clientInfo":{"name":"test","version":"1.0"}}}
                """#
            )
        )
        let result = try JSONParser.parse(opening.body)["result"]
        #expect(opening.revision.rawValue == agreed)
        #expect(result?["protocolVersion"]?.stringValue == agreed)
        #expect(result?["serverInfo"]?["name"] == "toy")
        #expect(result?["capabilities"]?["tools"] != nil)
        #expect(opening.parameters.clientInfo.name == "test")
        #expect(opening.parameters.capabilities["experimental"]?["x"]?["y"] == [1])
    }

    @Test(arguments: [#"null"#, #"{}"#, #"{"protocolVersion":1}"#])
    func initializeWithoutARevisionIsInvalid(params: String) throws {
        let request = try request(#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":\#(params)}"#)
        let dispatcher = try ToyTools.dispatcher()
        #expect(throws: JSONRPCError.self) { try dispatcher.initialize(request) }
    }
}
