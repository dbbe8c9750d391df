import Foundation
import JWTKit

/// The keys of a provider, fetched again when a token names one that is not among them.
struct ProviderKeys: Sendable {
    private var keys: JWTKeyCollection?
    private var names: Set<String> = []
    private var fetches: [Int64] = []

    /// Tokens with made-up key names must not make this server ask its provider without end.
    private static let mostFetchesPerMinute = 6

    /// Whether a key is known; a token that names none goes with the only key there is.
    func has(_ name: String?) -> Bool {
        name.map { self.names.contains($0) } ?? (self.names.count == 1)
    }

    mutating func mayFetch(now: Int64) -> Bool {
        self.fetches.removeAll { $0 <= now - 60 }
        guard self.fetches.count < Self.mostFetchesPerMinute else { return false }
        self.fetches.append(now)
        return true
    }

    /// Takes a set of keys; those of a kind that is not known are left out (RFC 7517, section 5).
    mutating func take(_ json: Data) async throws {
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
                // What cannot be read is a key for something else.
                continue
            }
        }
        guard !names.isEmpty else { throw IdentityError(.unreachable, "The provider has no key that can be used.") }
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
