import Dispatch
import Testing

@testable import Vault

struct VolumeProbeTests {
    private let gate = Gate()

    @Test func aProbeThatHangsIsNotStartedAgain() async throws {
        let probe = VolumeProbe(patience: .milliseconds(1))
        self.gate.close()
        for _ in 0..<3 {
            let error = try await failure { try await probe.run { self.gate.pass() } }
            #expect(error?.code == .unavailable)
            #expect(error?.message == "the volume does not answer")
        }
        #expect(self.gate.passes == 1)
        self.gate.open()
        await eventually { try await probe.run { self.gate.pass() } }
    }

    @Test func callsShareTheProbeThatRuns() async throws {
        let probe = VolumeProbe(patience: .seconds(600))
        self.gate.close()
        let calls = (0..<10).map { _ in Task { try await probe.run { self.gate.pass() } } }
        await self.gate.waitForHeld(1)
        while probe.waitingCount < 10 { await Task.yield() }
        self.gate.open()
        for call in calls { try await call.value }
        #expect(self.gate.passes == 1)
    }

    @Test func theProbeDoesNotWaitBehindCalls() async throws {
        let rig = try VaultRig()
        let store = try rig.store(hooks: StoreHooks(reached: { if $0 == .locked { self.gate.pass() } }))
        self.gate.close()
        let writes = try (0..<20).map { index in
            let vault = try store.vault(of: "user-\(index)")
            return Task { try await failure { try await vault.write("a.md", "x") } }
        }
        await self.gate.waitForHeld(4)
        try await store.probe()
        self.gate.open()
        for write in writes { _ = try await write.value }
        await store.close()
    }
}
