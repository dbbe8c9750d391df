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
        let policies = [("requests", limits.requests), ("writes", limits.writes)].compactMap { name, limit in
            limit.count > 0 ? "\"\(name)\";q=\(limit.count);w=\(limit.seconds)" : nil
        }
        self.policy = policies.isEmpty ? nil : policies.joined(separator: ", ")
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
        guard let policy = self.policy else { return [:] }
        return [.rateLimitPolicy: policy, .rateLimit: "\"\(limit.rawValue)\";r=0;t=\(reset)"]
    }
}
