import ArgumentParser
import Foundation

/// `carrel health`: checks a worker's readiness, for container health checks.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the worker on this machine whether it is ready; exits with 1 when it is not."
    )

    @Option(help: "The port to ask. Default: METRICS_PORT if METRICS_HOST includes loopback, or else MCP_PORT.")
    var port: Int?

    func run() async throws {
        let settings = try await Command.settings()
        let port = self.port ?? settings.metrics.loopbackPort ?? settings.listener.port
        let answer = HealthCheck(port: port).run()
        guard case .status(let status) = answer else {
            throw Command.failure("No answer from port \(port): \(answer).")
        }
        guard status == 200 else { throw Command.failure("The worker is not ready: it answers \(status).") }
        print("ready")
    }
}
