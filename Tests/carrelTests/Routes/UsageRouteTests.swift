import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct UsageRouteTests {
    @Test func usageNamesTheVaultAndWhatRemains() async throws {
        try await withServer { server in
            let token = try await server.token()
            _ = try await server.mcp(RPC.write("a.md"), token: token)
            let response = try await server.send(.get, "/api/usage", token: token)
            let json = try response.json()
            let size = try #require(json["vault"]?["size_bytes"]?.intValue)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(json["user_id"] == "ada")
            #expect(json["day"] == "2027-01-15")
            #expect(json["vault"]?["notes"] == 1)
            #expect(size > 0)
            #expect(json["limits"]?["requests"] == ["remaining": 598, "reset": 1])
            #expect(json["limits"]?["writes"] == ["remaining": 119, "reset": 1])
            let bytes = try #require(json["limits"]?["bytes"]?["remaining"]?.intValue)
            #expect((66_000_000..<(64 << 20)).contains(bytes))
        }
    }

    @Test func callsAreCounted() async throws {
        try await withServer { server in
            let token = try await server.token()
            let body = RPC.write("a.md")
            let responses = [
                try await server.mcp(body, token: token), try await server.mcp(RPC.read("a.md"), token: token),
                try await server.mcp(RPC.read("b.md"), token: token),
            ]
            await server.usage.flush()
            let json = try await server.send(.get, "/api/usage", token: token).json()
            let sent = body.utf8.count + 2 * RPC.read("a.md").utf8.count
            #expect(json["requests"] == 3)
            #expect(json["reads"] == 2)
            #expect(json["writes"] == 1)
            #expect(json["errors"] == 1)
            #expect(json["bytes_in"]?.intValue == sent)
            #expect(json["bytes_out"]?.intValue == responses.reduce(0) { $0 + $1.text.utf8.count })
        }
    }

    @Test func aRefusedRequestCountsAsAnError() async throws {
        try await withServer { server in
            let token = try await server.token(scopes: .notesRead)
            _ = try await server.mcp(RPC.write("a.md"), token: token)
            await server.usage.flush()
            let json = try await server.send(.get, "/api/usage", token: token).json()
            #expect(json["requests"] == 1)
            #expect(json["writes"] == 0)
            #expect(json["errors"] == 1)
        }
    }

    @Test func aDayOfThePastIsShown() async throws {
        try await withServer { server in
            let user = try UserID("ada")
            let counts = UsageCounts(requests: 7, reads: 3, writes: 2, bytesIn: 10, bytesOut: 20, errors: 1)
            _ = try await server.state.usage.add([user: counts], firstSeen: [user], day: "2027-01-14")
            let token = try await server.token()
            let past = try await server.send(.get, "/api/usage?day=2027-01-14", token: token).json()
            let today = try await server.send(.get, "/api/usage", token: token).json()
            #expect(past["requests"] == 7)
            #expect(past["reads"] == 3)
            #expect(past["writes"] == 2)
            #expect(past["bytes_in"] == 10)
            #expect(past["bytes_out"] == 20)
            #expect(past["errors"] == 1)
            #expect(today["requests"] == 0)
        }
    }

    @Test func usageOfAnotherUserIsNotShown() async throws {
        try await withServer { server in
            let user = try UserID("ada")
            _ = try await server.state.usage.add([user: UsageCounts(requests: 7)], firstSeen: [user], day: "2027-01-15")
            _ = try await server.mcp(RPC.write("a.md"), token: try await server.token("ada"))
            let json = try await server.send(.get, "/api/usage", token: try await server.token("bob")).json()
            #expect(json["user_id"] == "bob")
            #expect(json["requests"] == 0)
            #expect(json["vault"]?["notes"] == 0)
        }
    }

    @Test(arguments: ["", "today", "2027-1-5", "2027-13-01", "2027-01-32", "2027-01-15T00", "../x", "2027-01-00"])
    func aBadDayIsRefused(day: String) async throws {
        try await withServer { server in
            let token = try await server.token()
            let response = try await server.send(.get, "/api/usage?day=\(day)", token: token)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"] == "validation_error")
            #expect(json["message"] == "'day' must be a day such as 2026-01-31.")
            #expect(response.headers[.requestID] != nil)
        }
    }

    @Test func restrictedTokensMayReadUsage() async throws {
        try await withServer { server in
            let all = try await server.token()
            _ = try await server.mcp(RPC.write("work/a.md"), token: all)
            _ = try await server.mcp(RPC.write("b.md"), token: all)
            let reader = try await server.token(scopes: .notesRead)
            let folder = try await server.token(folders: ["work"])
            let app = try await server.appTokens().access.token
            let read = try await server.send(.get, "/api/usage", token: reader).json()
            let held = try await server.send(.get, "/api/usage", token: folder).json()
            let granted = try await server.send(.get, "/api/usage", token: app).json()
            #expect(read["vault"]?["notes"] == 2)
            #expect(held["vault"]?["notes"] == 1)
            #expect(granted["vault"]?["notes"] == 2)
        }
    }
}
