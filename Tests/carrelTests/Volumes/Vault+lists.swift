import Vault

/// Lists as arrays.
extension Vault {
    func list(_ query: NoteQuery) async throws -> NotePage {
        let page = try await self.list(query, into: [NoteSummary]()) {
            $0.append($1)
            return true
        }
        return NotePage(notes: page.content, nextCursor: page.nextCursor)
    }

    func search(_ query: SearchQuery) async throws -> HitPage {
        let page = try await self.search(query, into: [SearchHit]()) {
            $0.append($1)
            return true
        }
        return HitPage(hits: page.content, nextCursor: page.nextCursor)
    }

    func tags() async throws -> [TagCount] {
        try await self.tags(PageQuery(), into: [TagCount]()) {
            $0.append($1)
            return true
        }.content
    }
}

struct NotePage: Hashable {
    let notes: [NoteSummary]
    let nextCursor: String?
}

struct HitPage: Hashable {
    let hits: [SearchHit]
    let nextCursor: String?
}
