import Foundation
import JWTKit

/// A provider's keys, refetched when a token names an unknown one.
struct ProviderKeys: Sendable {
    private var keys: JWTKeyCollection?
    private var names: Set<String> = []
    private var fetches: [Int64] = []

    /// Bounds the requests caused by tokens with made-up key ids.
    private static let maxFetchesPerMinute = 6

    /// A token without `kid` matches if there is exactly one key.
    func contains(_ name: String?) -> Bool {
        name.map { self.names.contains($0) } ?? (self.names.count == 1)
    }

    mutating func mayFetch(now: Int64) -> Bool {
        self.fetches.removeAll { $0 <= now - 60 }
        guard self.fetches.count < Self.maxFetchesPerMinute else { return false }
        self.fetches.append(now)
        return true
    }

    /// Replaces the keys by those of a JWK set; unsupported ones are ignored (RFC 7517, section 5).
    mutating func update(with json: Data) async throws {
        let list: [[String: Any]]
        do {
            let object = try JSONSerialization.jsonObject(with: json) as? [String: Any]
            list = object?["keys"] as? [[String: Any]] ?? []
        } catch {
            throw IdentityError(.unreachable, "The provider's keys cannot be read: \(error)")
        }
        let keys = JWTKeyCollection()
        var names: Set<String> = []
        for var entry in list where entry["use"] as? String != "enc" {
            let name = entry["kid"] as? String ?? ""
            entry["kid"] = name
            do {
                let data = try JSONSerialization.data(withJSONObject: entry)
                try await keys.add(jwk: JWK(json: String(decoding: data, as: UTF8.self)))
                names.insert(name)
            } catch {
                // An unsupported key type or use.
                continue
            }
        }
        guard !names.isEmpty else { throw IdentityError(.unreachable, "The provider has no supported key.") }
        self.keys = keys
        self.names = names
    }

    func verify(_ token: String) async throws -> IDToken {
        guard let keys = self.keys else { throw IDToken.refusal("the provider has no keys") }
        do {
            return try await keys.verify(token, as: IDToken.self)
        } catch {
            throw IDToken.refusal("its signature or its claims are not valid")
        }
    }
}
