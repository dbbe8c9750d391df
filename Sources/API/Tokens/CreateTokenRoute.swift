import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import Logging
import SharedState

/// `POST /api/auth/create-token {user_id}`: issues a token to a client that proves its user.
///
/// The proof is an access token of the provider, which the provider validates. A local server needs none, and serves
/// loopback clients only.
struct CreateTokenRoute: Sendable {
    let isLocal: Bool
    let tokens: AccessTokens
    let provider: OpenIDProvider?
    let limiter: ActionRateLimiter
    let audit: any AuditTrail

    private static let limit = RateLimit(60, per: .seconds(60))

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/api/auth/create-token") { request, context in
            try await self.create(request, context: context)
        }
    }

    private func create(_ request: Request, context: CarrelRequestContext) async throws -> Response {
        let user = try await self.provenUser(request, context)
        try await self.limiter.count(.credential, of: user, limit: .credentials, context: context)
        let wanted = TokenRequest(
            user: user,
            name: "create-token",
            scopes: .all,
            lifetime: self.tokens.usualLifetime
        )
        let new = try await APIError.mappingAccountErrors {
            try await self.tokens.issueReplacingOldest(wanted, from: context.auditOrigin())
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("token")
        writer.value(new.token.token)
        writer.key("expires_at")
        writer.value(RFC3339.text(seconds: new.token.expiresAt))
        writer.endObject()
        return .json(writer.bytes, headers: [.cacheControl: "no-store"])
    }

    private func provenUser(_ request: Request, _ context: CarrelRequestContext) async throws -> UserID {
        if request.headers[.authorization] == nil, self.isLocal {
            guard LocalCaller.isLocal(request, context: context) else {
                throw self.forbidden(
                    "Tokens without proof are for programs on this machine.",
                    detail: "Call http://localhost directly, from no foreign page and through no proxy.",
                    context
                )
            }
            return try await Self.user(of: request)
        }
        guard let provider = self.provider, request.headers[.authorization] != nil else {
            throw Self.unproven("A token is given out only to who proves to be its user.")
        }
        let known = try await self.user(provider, of: request, context)
        let wanted = try await Self.name(of: request)
        guard wanted == known.subject || wanted == known.id.value else {
            throw self.forbidden(
                "That is another user than the one who has signed in.",
                detail: "Leave 'user_id' to the id that the provider gives you.",
                context
            )
        }
        return known.id
    }

    private func user(
        _ provider: OpenIDProvider,
        of request: Request,
        _ context: CarrelRequestContext
    ) async throws -> OpenIDUser {
        // Each validation is a request to the provider, so their number is limited.
        try await self.limiter.count(.login, limit: Self.limit, context: context)
        do {
            let proof = try BearerToken.parse(request.headers[.authorization])
            return try await provider.user(accessToken: String(proof))
        } catch let error as IdentityError where error.code == .unreachable {
            context.logger.warning("The provider was not reached", metadata: ["error": "\(error.message)"])
            throw APIError(
                .badGateway,
                "unavailable",
                "The provider cannot be reached now: try again in a moment.",
                headers: [.retryAfter: "1"]
            )
        } catch let error as IdentityError {
            self.audit.record(.authenticationFailed, of: nil, context, [.reason: "proof", .error: error.message])
            throw Self.unproven(error.message)
        }
    }

    private static func unproven(_ message: String) -> APIError {
        APIError(
            .unauthorized,
            "unauthorized",
            message,
            detail:
                "Send an access token of the provider as bearer token, sign in on the page of this server, or ask the "
                + "operator for a token made by 'carrel token create'.",
            headers: [.wwwAuthenticate: #"Bearer realm="carrel""#]
        )
    }

    private func forbidden(_ message: String, detail: String, _ context: CarrelRequestContext) -> APIError {
        self.audit.record(
            .forbidden,
            of: nil,
            context,
            [.path: "/api/auth/create-token", .error: "permission_denied"]
        )
        return APIError(.forbidden, "forbidden", message, detail: detail)
    }

    private static func name(of request: Request) async throws -> String {
        let body = try JSONBody.object(try await JSONBody.read(request), of: request, fields: ["user_id"])
        guard let name = body["user_id"]?.stringValue else {
            throw APIError(.badRequest, "validation_error", #"The body must be {"user_id": "<name>"}."#)
        }
        return name
    }

    private static func user(of request: Request) async throws -> UserID {
        do {
            return try UserID(try await Self.name(of: request))
        } catch let error as IdentityError {
            throw APIError(.badRequest, "validation_error", error.message)
        }
    }
}
