import HTTPTypes
import Hummingbird
import Identity
import MCPCore
import SharedState

/// `POST /api/auth/create-token {user_id}` in its local form: a token without proof, for this machine alone.
///
/// On a server for many users nobody gets a token by naming a user.
struct CreateTokenRoute: Sendable {
    let configuration: EdgeConfiguration
    let issuer: TokenIssuer
    let lifetime: Duration
    let audit: any AuditTrail

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/api/auth/create-token") { request, context in
            try await self.create(request, context: context)
        }
    }

    private func create(_ request: Request, context: CarrelRequestContext) async throws -> Response {
        guard self.configuration.isLocal else {
            throw APIError(
                .unauthorized,
                "unauthorized",
                "A token is given out only to who proves to be its user.",
                detail: "Sign in, or ask the operator for a token made by 'carrel token create'.",
                headers: [.wwwAuthenticate: #"Bearer realm="carrel""#]
            )
        }
        guard Self.comesFromThisMachine(request, context: context) else {
            self.audit.record(
                AuditEvent(
                    .forbidden,
                    address: context.address,
                    requestID: context.id,
                    details: ["path": "/api/auth/create-token", "error": "permission_denied"]
                )
            )
            throw APIError(
                .forbidden,
                "forbidden",
                "Tokens without proof are for programs on this machine.",
                detail: "Call http://localhost directly, from no foreign page and through no proxy."
            )
        }
        let user = try await Self.user(of: request)
        let token = try await self.issuer.issue(user: user, lifetime: self.lifetime)
        self.audit.record(
            AuditEvent(
                .tokenIssued,
                user: user.value,
                tokenID: token.tokenID,
                address: context.address,
                requestID: context.id,
                details: ["token_expires_at": Timestamp.text(token.expiresAt)]
            )
        )
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("token")
        writer.value(token.token)
        writer.key("expires_at")
        writer.value(Timestamp.text(token.expiresAt))
        writer.endObject()
        return .json(writer.bytes, headers: [.cacheControl: "no-store"])
    }

    /// A loopback peer that names a loopback host, no page of another origin, and no proxy in between.
    private static func comesFromThisMachine(_ request: Request, context: CarrelRequestContext) -> Bool {
        guard let address = context.address, address == "::1" || address.hasPrefix("127."),
            let host = request.head.authority.flatMap({ Authority($0) }), Loopback.isName(host.host)
        else { return false }
        let forwarded = request.headers.contains { field in
            let name = field.name.canonicalName
            return name == "forwarded" || name.hasPrefix("x-forwarded-") || name == "via" || name == "x-real-ip"
        }
        guard !forwarded else { return false }
        guard let origin = request.headers[.origin] else { return true }
        // A page of any port of this machine is foreign, unless it is Carrel's own.
        return origin.lowercased() == "http://\(host.host)\(host.port.map { ":\($0)" } ?? "")"
    }

    private static func user(of request: Request) async throws -> UserID {
        let body = try await APIBody.object(request, fields: ["user_id"])
        guard let name = body["user_id"]?.stringValue else {
            throw APIError(.badRequest, "validation_error", #"The body must be {"user_id": "<name>"}."#)
        }
        do {
            return try UserID(name)
        } catch let error as IdentityError {
            throw APIError(.badRequest, "validation_error", error.message)
        }
    }
}
