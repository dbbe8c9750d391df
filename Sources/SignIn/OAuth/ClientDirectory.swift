import Identity
import SharedState

/// Finds a client by its id: registered here, or described by a document at its id.
struct ClientDirectory: Sendable {
    let clients: any ClientStore
    let documents: ClientDocuments

    /// The client of that id; `nil` for an unknown one.
    ///
    /// - Throws: `IdentityError` saying what is wrong with a client's document.
    func client(_ id: String) async throws -> OAuthClient? {
        if id.hasPrefix("https://") { return try await self.documents.client(at: id) }
        guard !id.contains("://"), id.utf8.count <= 128 else { return nil }
        return try await self.clients.client(id)
    }
}
