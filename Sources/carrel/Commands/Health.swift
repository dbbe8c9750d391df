import ArgumentParser
import Foundation

/// `carrel health`: checks a worker's readiness, for container health checks.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the worker on this machine whether it is ready; exits with 1 when it is not."
    )

    @Option(help: "The port to ask. Default: MCP_PORT.")
    var port: Int?

    func run() async throws {
        let settings = try await Command.settings()
        let answer = HealthCheck(port: self.port ?? settings.listener.port).run()
        guard case .status(let status) = answer else {
            throw Command.failure("No answer from port \(self.port ?? settings.listener.port): \(answer).")
        }
        guard status == 200 else { throw Command.failure("The worker is not ready: it answers \(status).") }
        print("ready")
    }
}
