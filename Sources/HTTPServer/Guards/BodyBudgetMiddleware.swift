import HTTPTypes
import Hummingbird
import SharedState

/// Takes the bytes of each request's body from the worker's budget until the request is answered, however that ends.
///
/// A route that reads more than ``mostUnasked`` takes the rest itself, once the user is known.
struct BodyBudgetMiddleware: RouterMiddleware {
    let budget: BodyBudget
    let proxies: TrustedProxies
    let limiter: ActionRateLimiter

    /// The most that any route reads before the user is known.
    static let mostUnasked = 64 << 10
    /// Up to this length only the sum of all is counted.
    private static let short = 16 << 10
    /// Taken for a body of unknown length.
    private static let unknown = 32 << 10

    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        let bytes = Self.bytes(of: request.headers)
        guard bytes > Self.short else {
            do throws(BodyBudget.Shortage) {
                try self.budget.take(bytes)
            } catch {
                throw self.refusal(of: error, context)
            }
            defer { self.budget.giveBack(bytes) }
            return try await next(request, context)
        }
        let share: BodyShare
        do throws(BodyBudget.Shortage) {
            share = try BodyShare(self.budget, bytes: bytes, address: self.key(of: context.address))
        } catch {
            throw self.refusal(of: error, context)
        }
        // Given back with the last reference to the share: a streamed answer still needs parts of the body.
        var context = context
        context.body = share
        return try await next(request, context)
    }

    private static func bytes(of headers: HTTPFields) -> Int {
        if let length = headers[.contentLength].flatMap({ Int($0) }) { return min(max(0, length), Self.mostUnasked) }
        return headers[.transferEncoding] == nil ? 0 : Self.unknown
    }

    /// A trusted proxy that names no client carries those of many.
    private func key(of address: String?) -> String? {
        guard let address, self.proxies.isEmpty || !self.proxies.trusts(address) else { return nil }
        return AddressKey.of(address)
    }

    /// The body has not been read, so the connection cannot be used again.
    private func refusal(of shortage: BodyBudget.Shortage, _ context: CarrelRequestContext) -> APIError {
        var error = APIError(self.limiter.refusal(of: shortage, context: context))
        error.headers[.connection] = "close"
        return error
    }
}
