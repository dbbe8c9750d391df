import Encodings
import Foundation
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import Logging
import NIOCore
import SharedState

/// `POST /oauth/register`: registers a client (RFC 7591).
struct RegistrationRoute: Sendable {
    let clients: any ClientStore
    let limiter: ActionRateLimiter
    let limit: RateLimit
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// Bytes of the clients that register, in the time for which an unused one is kept.
    private static let unused = RateLimit(64 << 20, per: Lifetimes.newClient)

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/oauth/register") { request, context in
            try await OAuthFailure.catching(context) { try await self.register(request, context) }
        }
    }

    private func register(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        try await self.limiter.count(.registration, limit: self.limit, context: context)
        guard JSONBody.isJSON(request.headers[.contentType]) else {
            throw OAuthFailure("invalid_client_metadata", "Send the client's metadata as 'application/json'.")
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: 16384)
        } catch is NIOTooManyBytesError {
            throw OAuthFailure(
                "invalid_client_metadata",
                "The client's metadata is too large.",
                status: .contentTooLarge
            )
        }
        let metadata = try ClientMetadata(json: Data(body.readableBytesView))
        let bytes = metadata.redirectURIs.reduce(512 + metadata.name.utf8.count) { $0 + $1.utf8.count }
        try await self.limiter.count(.registration, storing: bytes, limit: Self.unused, context: context)
        let client = OAuthClient(
            id: try SecureRandom.identifier(),
            name: metadata.name,
            redirectURIs: metadata.redirectURIs
        )
        try await self.clients.save(client)
        context.logger.info(
            "Client registered",
            metadata: ["client.id": "\(client.id)", "client.name": "\(client.name)"]
        )
        var writer = JSONWriter()
        writer.value([
            "client_id": .string(client.id),
            "client_id_issued_at": .integer(self.now()),
            "client_name": .string(client.name),
            "redirect_uris": .array(client.redirectURIs.map { .string($0) }),
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            // Whatever was requested: all clients are public.
            "token_endpoint_auth_method": "none",
            "scope": .string(ScopeSet.all.description),
        ])
        return .json(writer.bytes, status: .created, headers: [.cacheControl: "no-store"])
    }
}
