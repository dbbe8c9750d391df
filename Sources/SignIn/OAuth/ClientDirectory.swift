import Identity
import SharedState

/// Clients by id: registered ones, and those whose id is the URL of their metadata.
struct ClientDirectory: Sendable {
    let clients: any ClientStore
    let documents: ClientDocuments

    /// - Parameter requester: documents are fetched for signed-in users only.
    /// - Returns: `nil` for an unknown id.
    /// - Throws: `IdentityError` if the client's metadata cannot be fetched or is invalid.
    func client(_ id: String, for requester: FetchRequester?) async throws -> OAuthClient? {
        if id.hasPrefix("https://") {
            guard let requester else { return nil }
            return try await self.documents.client(at: id, for: requester)
        }
        guard !id.contains("://"), id.utf8.count <= 128 else { return nil }
        return try await self.clients.client(id)
    }
}
