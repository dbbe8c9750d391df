package import HTTPServer
package import HTTPTypes
package import Hummingbird
package import MCPServer

/// What the endpoint needs from its server: authentication, admission, sessions and records of calls.
///
/// Carrel's is ``SharedStateGate``; the endpoint itself knows neither tokens nor where sessions are stored
/// (docs/decisions/0014-the-endpoint-asks-a-gate.md).
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

    /// Asks whether a message would be admitted, before its long body is read; counts nothing.
    ///
    /// - Throws: `Refusal`.
    func check(_ exchange: Exchange<Client>) async throws

    /// Takes the bytes of a long body from what may be read at a time, until the request is answered.
    ///
    /// - Parameter bytes: of the body as far as it is known.
    /// - Throws: `Refusal`.
    func hold(_ bytes: Int, _ exchange: Exchange<Client>) throws

    /// Opens a session and returns its id.
    ///
    /// - Throws: `Refusal`.
    func openSession(_ outcome: InitializeOutcome, _ exchange: Exchange<Client>) async throws -> String

    /// Ends the client's session.
    ///
    /// - Throws: `Refusal` when it has ended already.
    func endSession(_ exchange: Exchange<Client>) async throws

    func record<Subject>(_ reply: Reply, to call: Call<Subject>, _ exchange: Exchange<Client>)

    /// Records a finished request; `bodyBytes` is the size of its body.
    func record(_ response: Response, bodyBytes: Int, _ exchange: Exchange<Client>)

    /// Records the bytes of an answer whose length was not known when its request was recorded.
    func record(streamedBytes: Int, _ exchange: Exchange<Client>)

    /// The `WWW-Authenticate` challenge for a token that lacks a scope.
    func challenge(missing scope: String, of client: Client) -> HTTPFields
}

/// An admitted request: the revision of its session, what its response carries, and how new that must be.
package struct Admittance: Sendable {
    /// `nil` without a session.
    package let revision: String?
    /// Headers of the response, such as rate limits.
    package let headers: HTTPFields
    /// What every tool result carries as `_meta`: one JSON object, encoded.
    package let resultMeta: [UInt8]?
    /// The number of the last change of what the call works on, than which no answer is older; `nil` where it is unknown.
    package let sequence: Int64?

    package init(
        revision: String? = nil,
        headers: HTTPFields = [:],
        resultMeta: [UInt8]? = nil,
        sequence: Int64? = nil
    ) {
        self.revision = revision
        self.headers = headers
        self.resultMeta = resultMeta
        self.sequence = sequence
    }
}
