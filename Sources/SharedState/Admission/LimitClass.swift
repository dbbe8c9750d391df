/// A class of requests with a rate limit of its own.
package enum LimitClass: String, Sendable, Hashable, CaseIterable {
    /// Every request.
    case requests
    /// Requests that write; they count as requests too.
    case writes
    /// Bytes of request bodies and answers, charged with the next request.
    case bytes
}
