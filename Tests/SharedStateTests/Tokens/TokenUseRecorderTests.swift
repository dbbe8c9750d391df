import Identity
import Logging
import SharedState
import Testing

struct TokenUseRecorderTests {
    /// A registry that reports the uses it records.
    private struct ReportingRegistry: TokenRegistry {
        let uses: AsyncStream<String>.Continuation

        func add(_ token: TokenRecord, of user: UserID) async throws {}
        func tokens(of user: UserID) async throws -> [TokenRecord] { [] }
        func remove(_ id: String, of user: UserID) async throws -> TokenRecord? { nil }

        func used(_ id: String, of user: UserID, at second: Int64) async throws {
            self.uses.yield("\(id) \(user) \(second)")
            if id == "refused" { throw SharedStateError(.unavailable, "unavailable") }
        }
    }

    @Test func usesAreRecordedInOrderAfterAFailureToo() async throws {
        let (uses, continuation) = AsyncStream.makeStream(of: String.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let recorder = TokenUseRecorder(registry: ReportingRegistry(uses: continuation), logger: logger)
        let alice = try UserID("alice")
        recorder.record("refused", of: alice, at: 1)
        recorder.record("second", of: alice, at: 2)
        let recorded = await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            defer { group.cancelAll() }
            return await uses.prefix(2).reduce(into: [String]()) { $0.append($1) }
        }
        #expect(recorded == ["refused alice 1", "second alice 2"])
    }
}
