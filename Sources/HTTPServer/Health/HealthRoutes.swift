import Encodings
import HTTPTypes
import Hummingbird
import Logging

/// `GET /health/live` and `GET /health/ready`, for load balancers and schedulers; no token, any host.
struct HealthRoutes: Sendable {
    let readiness: Readiness
    /// Whether the listener is one that also answers before requests are accepted.
    var isSeparate = false

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/health/live") { _, _ in
            Response.json(Array(#"{"status":"live"}"#.utf8))
        }
        router.get("/health/ready") { _, context in await self.ready(context) }
    }

    private func ready(_ context: CarrelRequestContext) async -> Response {
        guard let problem = await self.problem() else { return .json(self.body("ready")) }
        // Logged only: health checks are unauthenticated, and the reason names internals.
        context.logger.warning("Not ready", metadata: ["error": "\(problem)"])
        return .json(
            self.body(problem == "draining" ? "draining" : "unavailable"),
            status: .serviceUnavailable,
            headers: [.retryAfter: "1"]
        )
    }

    private func problem() async -> String? {
        if self.isSeparate, !self.readiness.isListening { return "not listening yet" }
        return await self.readiness.problem()
    }

    private func body(_ status: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.value(status)
        if let volume = self.readiness.volume() {
            writer.key("volume")
            writer.value(volume.name)
            if let advice = volume.advice {
                writer.key("advice")
                writer.value(advice)
            }
        }
        writer.endObject()
        return writer.bytes
    }
}
