package import HTTPServer
package import HTTPTypes
package import Hummingbird
package import MCPServer

/// What the endpoint asks of the server it is part of: who calls, whether it may, and where to record it.
///
/// Carrel's own is ``SharedStateGate``; the endpoint knows neither tokens nor where sessions are kept.
package protocol CallGate: Sendable {
    /// An authenticated client.
    associatedtype Client: Sendable

    /// - Throws: `Refusal`.
    func authenticate(_ request: Request, _ context: CarrelRequestContext) async throws -> Client

    /// The scopes the client's token has.
    func scopes(of client: Client) -> Set<String>

    /// Admits a message in one round trip.
    ///
    /// - Parameter ignoringSession: `initialize` opens a new session whatever old one the client still names.
    /// - Throws: `Refusal`.
    func admit(_ exchange: Exchange<Client>, cost: CallCost, ignoringSession: Bool) async throws -> Admittance

    /// Opens a session and returns its id.
    ///
    /// - Throws: `Refusal`.
    func openSession(_ outcome: InitializeOutcome, _ exchange: Exchange<Client>) async throws -> String

    /// Ends the client's session.
    ///
    /// - Throws: `Refusal` when it has ended already.
    func endSession(_ exchange: Exchange<Client>) async throws

    /// Records a call that was answered.
    func record<Subject>(_ reply: Reply, to call: Call<Subject>, _ exchange: Exchange<Client>)

    /// Records a message that was answered, bodies in bytes.
    func record(_ response: Response, bodyBytes: Int, _ exchange: Exchange<Client>)

    /// The `WWW-Authenticate` challenge for a token that lacks a scope.
    func challenge(missing scope: String, of client: Client) -> HTTPFields
}

/// What the endpoint needs to know of an admitted message.
package struct Admittance: Sendable {
    /// The revision of the session that the client named.
    package let revision: String?
    /// Headers of the response, such as rate limits.
    package let headers: HTTPFields
    /// What every tool result carries as `_meta`: one JSON object, encoded.
    package let resultMeta: [UInt8]?

    package init(revision: String? = nil, headers: HTTPFields = [:], resultMeta: [UInt8]? = nil) {
        self.revision = revision
        self.headers = headers
        self.resultMeta = resultMeta
    }
}
