import Synchronization
import Testing

@testable import HTTPServer

struct ReadinessTests {
    private struct Away: Error {}

    @Test func aWorkerIsReadyWhenItsProbeIs() async {
        let problem = await Readiness {}.problem()
        #expect(problem == nil)
    }

    @Test func aWorkerIsNotReadyWhenItsProbeFails() async {
        let problem = await Readiness { throw Away() }.problem()
        #expect(problem?.contains("Away") == true)
    }

    @Test func aDrainingWorkerIsNeverReady() async {
        let readiness = Readiness {}
        readiness.beginDraining()
        let problem = await readiness.problem()
        #expect(problem == "draining")
    }

    @Test func theProbeIsCached() async {
        let probes = Mutex(0)
        let readiness = Readiness { probes.withLock { $0 += 1 } }
        for _ in 0..<100 { _ = await readiness.problem() }
        #expect(probes.withLock { $0 } == 1)
    }
}
