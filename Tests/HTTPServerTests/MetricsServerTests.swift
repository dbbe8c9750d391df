import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import HTTPServer

struct MetricsServerTests {
    private static func get(_ path: String, _ readiness: Readiness) async throws -> TestResponse {
        let router = MetricsServer.router(readiness) { Array("a 1\n".utf8) }
        return try await Application(router: router).test(.router) { try await $0.execute(uri: path, method: .get) }
    }

    @Test func healthIsServedBesideMetrics() async throws {
        let readiness = Readiness {}
        readiness.beginListening()
        let metrics = try await Self.get("/metrics", readiness)
        let live = try await Self.get("/health/live", readiness)
        let ready = try await Self.get("/health/ready", readiness)
        readiness.beginDraining()
        let draining = try await Self.get("/health/ready", readiness)
        #expect(String(buffer: metrics.body) == "a 1\n")
        #expect(live.status == .ok)
        #expect(ready.status == .ok)
        #expect(draining.status == .serviceUnavailable)
    }

    @Test func aWorkerThatDoesNotListenYetIsNotReady() async throws {
        let readiness = Readiness {}
        let live = try await Self.get("/health/live", readiness)
        let ready = try await Self.get("/health/ready", readiness)
        #expect(live.status == .ok)
        #expect(ready.status == .serviceUnavailable)
        #expect(String(buffer: ready.body) == #"{"status":"unavailable"}"#)
    }
}
