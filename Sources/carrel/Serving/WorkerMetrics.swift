import Glibc
import HTTPServer
import Prometheus
import SharedState
import Synchronization

/// Metrics that are read at each exposition: process statistics, readiness, active users.
final class WorkerMetrics: Sendable {
    private struct Sample {
        var isReady: Bool?
        var activeUsers: Int?
    }

    private let registry: PrometheusRegistry
    private let readiness: Readiness
    private let usage: any UsageStore
    private let volume: VolumeCheck?
    private let sample = Mutex(Sample())

    init(_ registry: PrometheusRegistry, readiness: Readiness, usage: any UsageStore, volume: VolumeCheck?) {
        self.registry = registry
        self.readiness = readiness
        self.usage = usage
        self.volume = volume
    }

    /// - Parameter droppedLogLines: the number of log lines dropped so far.
    func register(droppedLogLines: @escaping @Sendable () -> Int) {
        self.registry.observe("carrel_ready", as: .gauge) { [self] in
            self.sample.withLock { $0.isReady.map { $0 ? 1 : 0 } }
        }
        if let volume = self.volume {
            self.registry.observe("carrel_volume_sound", as: .gauge) { volume.isSound ? 1 : 0 }
            self.registry.observe("carrel_volume_shared", as: .gauge) { volume.isShared ? 1 : 0 }
        }
        self.registry.observe("carrel_active_users", as: .gauge) { [self] in
            self.sample.withLock { $0.activeUsers.map { Double($0) } }
        }
        self.registry.observe("carrel_build_info", as: .gauge, dimensions: [("version", Version.current)]) { 1 }
        self.registry.observe("carrel_log_lines_dropped_total", as: .counter) { Double(droppedLogLines()) }
        let process = ProcessStatistics()
        self.registry.observe("process_cpu_seconds_total", as: .counter) { process.cpuSeconds }
        self.registry.observe("process_resident_memory_bytes", as: .gauge) { process.residentBytes }
        self.registry.observe("process_open_fds", as: .gauge) { process.openFiles }
        self.registry.observe("process_max_fds", as: .gauge) { process.maxFiles }
        self.registry.observe("process_start_time_seconds", as: .gauge) { process.startTime }
    }

    /// All metrics in Prometheus text format; unavailable ones are omitted.
    func expose() async -> [UInt8] {
        let isReady = await self.readiness.problem() == nil
        let day = UsageLedger.dayName(Clocks.seconds() / 86400)
        let activeUsers: Int?
        do {
            activeUsers = try await self.usage.activeUsers(day: day)
        } catch {
            // `carrel_ready` reports that Redis is unavailable.
            activeUsers = nil
        }
        self.sample.withLock { $0 = Sample(isReady: isReady, activeUsers: activeUsers) }
        return self.registry.expose()
    }
}
