import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Testing

struct MCPEndpointTests {
    private static func call(_ tool: String, id: Int = 1) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":{"note":"do"}}}"#
    }

    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

    @Test func aCallWorksOnItsClientsSubject() async throws {
        try await Band.serve { client in
            let session = try await client.initialize()
            let response = try await client.post(Self.call("hum"), session: session)
            let json = try response.json()
            #expect(session == "s1")
            #expect(response.status == .ok)
            #expect(json["result"]?["content"] == [["type": "text", "text": "ada: do"]])
            #expect(json["result"]?["_meta"] == ["left": 1])
        }
    }

    @Test func aCallNeedsNoSession() async throws {
        try await Band.serve { client in
            let response = try await client.post(Self.call("drum"), as: "bo")
            let json = try response.json()
            #expect(json["result"]?["content"] == [["type": "text", "text": "bo: do"]])
        }
    }

    @Test func aMissingScopeIsForbiddenWithAChallenge() async throws {
        let gate = OpenGate()
        try await Band.serve(gate) { client in
            let response = try await client.post(Self.call("drum"), as: "reader")
            let json = try response.json()
            #expect(response.status == .forbidden)
            #expect(response.headers[.wwwAuthenticate] == "Bearer scope=play:loud")
            #expect(json["error"]?["message"] == "The token lacks the scope play:loud.")
        }
        #expect(gate.records == ["admit 1 0", "drum play:loud", "403"])
    }

    @Test func eachElementOfABatchHasItsResponse() async throws {
        let gate = OpenGate()
        try await Band.serve(gate) { client in
            let session = try await client.initialize("2025-03-26", as: "reader")
            let body = "[\(Self.call("drum", id: 1)),\(Self.call("hum", id: 2))]"
            let response = try await client.post(body, as: "reader", session: session)
            let json = try response.json()
            #expect(response.status == .ok)
            #expect(json.arrayValue?.first?["error"]?["code"] == 403)
            #expect(json.arrayValue?.last?["result"]?["content"] == [["type": "text", "text": "reader: do"]])
        }
        #expect(gate.records == ["admit 1 0", "200", "admit 2 0", "drum play:loud", "hum success", "200"])
    }

    @Test(arguments: ["2024-11-05", "2025-06-18", "2025-11-25"])
    func revisionsWithoutBatchesRefuseThem(revision: String) async throws {
        try await Band.serve { client in
            let session = try await client.initialize(revision)
            let response = try await client.post("[\(Self.ping)]", session: session)
            #expect(response.status == .badRequest)
        }
    }

    @Test func aLongBodyIsAskedAboutBeforeItIsRead() async throws {
        let padding = String(repeating: " ", count: 65_536)
        let gate = OpenGate()
        try await Band.serve(gate, maxBodyBytes: 1 << 20) { client in
            let short = try await client.post(Self.ping)
            let long = try await client.post(padding + Self.ping)
            #expect(short.status == .ok)
            #expect(long.status == .ok)
        }
        let refusing = OpenGate(refusing: .unavailable)
        try await Band.serve(refusing, maxBodyBytes: 1 << 20) { client in
            let response = try await client.post(padding + "no JSON at all")
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.connection] == "close")
        }
        #expect(gate.records == ["admit 1 0", "ping success", "200", "check", "admit 1 0", "ping success", "200"])
        #expect(refusing.records == ["check", "503"])
    }

    @Test func aLongBodyOfNoMessageIsCounted() async throws {
        let padding = String(repeating: " ", count: 65_536)
        let gate = OpenGate()
        try await Band.serve(gate, maxBodyBytes: 1 << 20) { client in
            let short = try await client.post("no JSON at all")
            let long = try await client.post(padding + "no JSON at all")
            let other = try await client.post(padding + "[]")
            #expect(short.status == .badRequest)
            #expect(long.status == .badRequest)
            #expect(other.status == .badRequest)
        }
        #expect(gate.records.prefix(2) == ["check", "admit 1 0"])
        #expect(gate.records.filter { $0 == "admit 1 0" }.count == 2)
    }

    @Test func batchesOfNotificationsAreAccepted() async throws {
        try await Band.serve { client in
            let session = try await client.initialize("2025-03-26")
            let body = #"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#
            let response = try await client.post(body, session: session)
            #expect(response.status == .accepted)
        }
    }

    @Test(
        arguments: [
            ("{", .badRequest, -32700), ("[]", .badRequest, -32600), (#"{"jsonrpc":"2.0"}"#, .badRequest, -32600),
            (#"{"jsonrpc":"2.0","id":1,"method":"resources/list"}"#, .badRequest, -32600),
            (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, .badRequest, -32600),
            (#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#, .ok, -32602),
        ] as [(String, HTTPResponse.Status, Int)]
    )
    func invalidMessagesHaveAnErrorCode(body: String, status: HTTPResponse.Status, code: Int) async throws {
        try await Band.serve { client in
            let response = try await client.post(body)
            let json = try response.json()
            #expect(response.status == status)
            #expect(json["error"]?["code"]?.intValue == code)
        }
    }

    @Test func bodiesMustBeJSONOfABoundedSize() async throws {
        try await Band.serve(maxBodyBytes: 64) { client in
            let text = try await client.post(Self.ping, headers: [.contentType: "text/plain"])
            let none = try await client.post(Self.ping, headers: [:])
            let large = try await client.post(String(repeating: " ", count: 65))
            #expect(text.status == .unsupportedMediaType)
            #expect(none.status == .unsupportedMediaType)
            #expect(large.status == .contentTooLarge)
            #expect(large.headers[.connection] == "close")
        }
    }

    @Test func anUnknownRevisionListsTheKnownOnes() async throws {
        try await Band.serve { client in
            let headers: HTTPFields = [.contentType: "application/json", .mcpProtocolVersion: "1999-01-01"]
            let response = try await client.post(Self.ping, headers: headers)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"]?["code"] == -32022)
            #expect(json["error"]?["data"]?["supported"]?.arrayValue?.first == "2025-11-25")
        }
    }

    @Test func aSessionIsEndedOnce() async throws {
        try await Band.serve { client in
            let session = try await client.initialize()
            let headers: HTTPFields = [.authorization: "Bearer ada", .mcpSessionID: session]
            let ended = try await client.execute(uri: "/mcp", method: .delete, headers: headers)
            let again = try await client.execute(uri: "/mcp", method: .delete, headers: headers)
            let none = try await client.execute(uri: "/mcp", method: .delete, headers: [.authorization: "Bearer ada"])
            let used = try await client.post(Self.ping, session: session)
            #expect(ended.status == .noContent)
            #expect(again.status == .notFound)
            #expect(none.status == .badRequest)
            #expect(used.status == .notFound)
        }
    }

    @Test func unauthenticatedRequestsAreRejected() async throws {
        try await Band.serve { client in
            let post = try await client.post(Self.ping, as: nil)
            let get = try await client.execute(uri: "/mcp", method: .get)
            let delete = try await client.execute(uri: "/mcp", method: .delete)
            #expect([post.status, get.status, delete.status] == Array(repeating: .unauthorized, count: 3))
        }
    }

    @Test func getIsNotAllowed() async throws {
        try await Band.serve { client in
            let response = try await client.execute(uri: "/mcp", method: .get, headers: [.authorization: "Bearer ada"])
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "POST, DELETE")
        }
    }

    @Test func anUnavailableStateIsA503WithRetryAfter() async throws {
        let gate = OpenGate(refusing: .unavailable)
        try await Band.serve(gate) { client in
            let response = try await client.post(Self.ping)
            let json = try response.json()
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "1")
            #expect(json["error"]?["code"] == 503)
            #expect(json["id"] == 1)
        }
        #expect(gate.records == ["503"])
    }
}
