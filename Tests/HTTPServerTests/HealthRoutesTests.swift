import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import HTTPServer

struct HealthRoutesTests {
    private struct Away: Error {}

    private static func get(_ path: String, _ readiness: Readiness) async throws -> TestResponse {
        let router = Router(context: CarrelRequestContext.self)
        router.add(middleware: ResponseMiddleware(readiness: readiness))
        HealthRoutes(readiness: readiness).add(to: router)
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: .get)
        }
    }

    @Test func aFailedProbeIsUnavailableWithoutItsReason() async throws {
        let response = try await Self.get("/health/ready", Readiness { throw Away() })
        #expect(response.status == .serviceUnavailable)
        #expect(String(buffer: response.body) == #"{"status":"unavailable"}"#)
        #expect(response.headers[.retryAfter] == "1")
    }

    @Test func aWorkerThatCannotServeIsStillAlive() async throws {
        let response = try await Self.get("/health/live", Readiness { throw Away() })
        #expect(response.status == .ok)
    }

    @Test func aDrainingWorkerSaysSoAndClosesConnections() async throws {
        let readiness = Readiness {}
        readiness.beginDraining()
        let ready = try await Self.get("/health/ready", readiness)
        let live = try await Self.get("/health/live", readiness)
        #expect(ready.status == .serviceUnavailable)
        #expect(String(buffer: ready.body) == #"{"status":"draining"}"#)
        #expect(ready.headers[.connection] == "close")
        #expect(live.status == .ok)
        #expect(live.headers[.connection] == "close")
    }
}
