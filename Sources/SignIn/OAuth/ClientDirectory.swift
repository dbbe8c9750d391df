import Identity
import SharedState

/// Clients by id: registered ones, and those whose id is the URL of their metadata.
struct ClientDirectory: Sendable {
    let clients: any ClientStore
    let documents: ClientDocuments

    /// - Returns: `nil` for an unknown id.
    /// - Throws: `IdentityError` if the client's metadata cannot be fetched or is invalid.
    func client(_ id: String) async throws -> OAuthClient? {
        if id.hasPrefix("https://") { return try await self.documents.client(at: id) }
        guard !id.contains("://"), id.utf8.count <= 128 else { return nil }
        return try await self.clients.client(id)
    }
}
