import HTTPTypes
import Hummingbird
import Logging

/// `GET /health/live` and `GET /health/ready`, for load balancers and schedulers; no token, any host.
struct HealthRoutes: Sendable {
    let readiness: Readiness

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/health/live") { _, _ in
            Response.json(Array(#"{"status":"live"}"#.utf8))
        }
        router.get("/health/ready") { _, context in await self.ready(context) }
    }

    private func ready(_ context: CarrelRequestContext) async -> Response {
        let problem = await self.readiness.problem()
        let volume = self.readiness.volume().map { #","volume":"\#($0)""# } ?? ""
        guard let problem else { return .json(Array(#"{"status":"ready"\#(volume)}"#.utf8)) }
        // Logged only: health checks are unauthenticated, and the reason names internals.
        context.logger.warning("Not ready", metadata: ["error": "\(problem)"])
        let status = problem == "draining" ? "draining" : "unavailable"
        let body = Array(#"{"status":"\#(status)"\#(volume)}"#.utf8)
        return .json(body, status: .serviceUnavailable, headers: [.retryAfter: "1"])
    }
}
