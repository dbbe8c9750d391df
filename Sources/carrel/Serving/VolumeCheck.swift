import HTTPServer
import Logging
import ServiceLifecycle
import SharedState
import Synchronization
import Vault

/// Finds out whether all workers of a Redis have the same volume, and whether it keeps between them what they rely on.
///
/// A worker registers only when it sees all others through the volume; until then it is not ready.
final class VolumeCheck: Service {
    /// What a worker has found out.
    enum Finding: Sendable, Hashable {
        /// Not all is known yet.
        case pending
        case sound
        case unsound(VolumeProblem)
    }

    /// How often a worker shows that it lives.
    private static let beat: Duration = .seconds(2)
    /// How often it looks before it is ready.
    private static let firstBeat: Duration = .milliseconds(500)

    private let registry: WorkerRegistry
    private let member: VolumeMember
    private let name: String
    private let logger: Logger
    private let finding = Mutex(Finding.pending)

    init(registry: WorkerRegistry, member: VolumeMember, name: String, logger: Logger) {
        self.registry = registry
        self.member = member
        self.name = name
        self.logger = logger
    }

    /// - Throws: ``VolumeProblem``, or that the check has not ended.
    func check() throws {
        switch self.finding.withLock({ $0 }) {
        case .sound: return
        case .pending: throw VolumeProblem.pending
        case .unsound(let problem): throw problem
        }
    }

    var isShared: Bool { self.member.isShared }
    var isSound: Bool { self.finding.withLock { $0 == .sound } }

    /// What health checks say of the volume.
    var summary: Readiness.Volume {
        switch self.finding.withLock({ $0 }) {
        case .sound where !self.member.isShared: Readiness.Volume("local")
        case .sound: Readiness.Volume(self.member.hasOwnIndexes ? "shared, own indexes" : "shared")
        case .pending: Readiness.Volume(VolumeProblem.pending.code)
        case .unsound(let problem): Readiness.Volume(problem.code, advice: problem.advice)
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var judge = VolumeJudge(
                isShared: self.member.isShared,
                hasOwnIndexes: self.member.hasOwnIndexes,
                unfitType: self.member.unfitType
            )
            var number = 0
            while !Task.isCancelled {
                number += 1
                await self.round(number, &judge)
                do { try await Task.sleep(for: self.isSound ? Self.beat : Self.firstBeat) } catch { return }
            }
        }
        do {
            try await self.member.leave()
            try await self.registry.remove(self.name)
        } catch {
            // What is left is removed when it is old.
            self.logger.debug("Left a worker registered", metadata: ["error": "\(error)"])
        }
    }

    private func round(_ number: Int, _ judge: inout VolumeJudge) async {
        do {
            try await self.member.beat(number)
            let isRegistered = self.isSound
            var others = try await self.registry.beat(isRegistered ? self.name : nil, number)
            // Of two workers that do not see each other the one that came later stops.
            if isRegistered { others.removeAll { $0.worker > self.name } }
            let finding = judge.finding(others, sights: try await self.member.sights(of: others.map(\.worker)))
            if finding == .sound, !isRegistered { _ = try await self.registry.beat(self.name, number) }
            self.note(finding)
        } catch {
            // Readiness reports that Redis or the volume is unavailable.
            self.logger.debug("Cannot check the volume", metadata: ["error": "\(error)"])
        }
    }

    private func note(_ finding: Finding) {
        let before = self.finding.withLock { known in
            defer { known = finding }
            return known
        }
        guard before != finding, case .unsound(let problem) = finding else { return }
        self.logger.error("The volume cannot be used by several workers", metadata: ["reason": "\(problem)"])
    }
}
