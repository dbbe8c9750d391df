import HTTPServer
import HTTPTypes
import Hummingbird
import MCPCore
import MCPServer
import NIOCore
import StreamableHTTP
import Synchronization

/// A gate without tokens, Redis or users: the bearer text is the client, and sessions are numbered.
final class OpenGate: CallGate {
    struct Client: Sendable {
        let name: String
        let scopes: Set<String>
    }

    private struct State {
        var sessions: [String: String] = [:]
        var opened = 0
        var records: [String] = []
        var onLoop: [Bool] = []
    }

    private let state = Mutex(State())
    /// The refusal of every admission.
    private let refusal: Refusal?
    let loop: (any EventLoop)?

    /// - Parameter loop: the event loop that the steps of requests are looked for on.
    init(refusing refusal: Refusal? = nil, watching loop: (any EventLoop)? = nil) {
        self.refusal = refusal
        self.loop = loop
    }

    /// Records in order.
    var records: [String] { self.state.withLock { $0.records } }

    /// The records of steps that ran on the event loop.
    var recordsOnLoop: [String] {
        self.state.withLock { state in zip(state.records, state.onLoop).filter(\.1).map(\.0) }
    }

    func authenticate(_ request: Request, _: CarrelRequestContext) async throws -> Client {
        guard let words = request.headers[.authorization]?.split(separator: " ").map(String.init), let name = words.last
        else { throw APIError(.unauthorized, "unauthorized", "Who are you?") }
        return Client(name: name, scopes: name == "reader" ? ["play:listen"] : ["play:listen", "play:loud"])
    }

    func scopes(of client: Client) -> Set<String> { client.scopes }

    func admit(_ exchange: Exchange<Client>, cost: CallCost, ignoringSession: Bool) async throws -> Admittance {
        if let refusal = self.refusal { throw refusal }
        self.record("admit \(cost.requests) \(cost.writes)")
        guard let text = exchange.sessionText, !ignoringSession else { return Admittance() }
        guard let revision = self.state.withLock({ $0.sessions[text] }) else { throw Refusal.unknownSession }
        return Admittance(revision: revision, resultMeta: Array(#"{"left":1}"#.utf8))
    }

    func check(_: Exchange<Client>) async throws {
        self.record("check")
        if let refusal = self.refusal { throw refusal }
    }

    func hold(_: Int, _: Exchange<Client>) throws {}

    func openSession(_ outcome: InitializeOutcome, _: Exchange<Client>) async throws -> String {
        self.state.withLock { state in
            state.opened += 1
            state.sessions["s\(state.opened)"] = outcome.revision.rawValue
            return "s\(state.opened)"
        }
    }

    func endSession(_ exchange: Exchange<Client>) async throws {
        let ended = self.state.withLock { $0.sessions.removeValue(forKey: exchange.sessionText ?? "") }
        if ended == nil { throw Refusal.unknownSession }
    }

    func record<Subject>(_ reply: Reply, to call: Call<Subject>, _: Exchange<Client>) {
        self.record("\(call.tool ?? call.request.method) \(reply.missingScope ?? reply.outcome.rawValue)")
    }

    func record(_ response: Response, bodyBytes _: Int, _: Exchange<Client>) {
        self.record("\(response.status.code)")
    }

    func record(streamedBytes: Int, _: Exchange<Client>) {
        self.record("streamed \(streamedBytes)")
    }

    func challenge(missing scope: String, of _: Client) -> HTTPFields { [.wwwAuthenticate: "Bearer scope=\(scope)"] }

    func record(_ text: String) {
        let onLoop = self.loop?.inEventLoop ?? false
        self.state.withLock { state in
            state.records.append(text)
            state.onLoop.append(onLoop)
        }
    }
}
