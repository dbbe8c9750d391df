import HTTPTypes
package import SharedState

/// Rate limit headers (draft-ietf-httpapi-ratelimit-headers).
///
/// `RateLimit-Policy` has the quota (`q`) per window in seconds (`w`), `RateLimit` the remaining requests (`r`) and the
/// seconds until the full quota is available (`t`).
package struct RateHeaders: Sendable {
    private let limits: RateLimits
    private let policy: String?

    package init(_ limits: RateLimits) {
        self.limits = limits
        self.policy = Self.policy([("requests", limits.requests), ("writes", limits.writes)])
    }

    private static func policy(_ limits: [(name: String, limit: RateLimit)]) -> String? {
        let policies = limits.compactMap { name, limit in
            limit.count > 0 ? "\"\(name)\";q=\(limit.count);w=\(limit.seconds)" : nil
        }
        return policies.isEmpty ? nil : policies.joined(separator: ", ")
    }

    func fields(_ budget: RequestBudget) -> HTTPFields {
        guard let policy = self.policy else { return HTTPFields() }
        var text = ""
        if let share = budget.requests { text = "\"requests\";r=\(share.remaining);t=\(share.reset)" }
        if let share = budget.writes {
            if !text.isEmpty { text += ", " }
            text += "\"writes\";r=\(share.remaining);t=\(share.reset)"
        }
        var fields = HTTPFields()
        fields.append(HTTPField(name: .rateLimitPolicy, value: policy))
        fields.append(HTTPField(name: .rateLimit, value: text))
        return fields
    }

    func refusal(_ limit: LimitClass, reset: Int64) -> HTTPFields {
        // The policy of bytes only where it matters: their headers would be in every response.
        let policy = limit == .bytes ? Self.policy([("bytes", self.limits.bytes)]) : self.policy
        guard let policy else { return [:] }
        return [.rateLimitPolicy: policy, .rateLimit: "\"\(limit.rawValue)\";r=0;t=\(reset)"]
    }
}
