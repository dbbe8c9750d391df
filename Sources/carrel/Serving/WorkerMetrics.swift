import Glibc
import HTTPServer
import Prometheus
import SharedState
import Synchronization

/// What `/metrics` shows besides what is counted where it happens: the process, and numbers that are asked for.
final class WorkerMetrics: Sendable {
    private struct Asked {
        var isReady: Bool?
        var activeUsers: Int?
    }

    private let registry: PrometheusRegistry
    private let readiness: Readiness
    private let usage: any UsageStore
    private let asked = Mutex(Asked())

    init(_ registry: PrometheusRegistry, readiness: Readiness, usage: any UsageStore) {
        self.registry = registry
        self.readiness = readiness
        self.usage = usage
    }

    /// Adds the numbers to what is printed.
    ///
    /// - Parameter droppedLogLines: how many lines of the log were dropped so far.
    func register(droppedLogLines: @escaping @Sendable () -> Int) {
        self.registry.observe("carrel_ready", as: .gauge) { [self] in
            self.asked.withLock { $0.isReady.map { $0 ? 1 : 0 } }
        }
        self.registry.observe("carrel_active_users", as: .gauge) { [self] in
            self.asked.withLock { $0.activeUsers.map { Double($0) } }
        }
        self.registry.observe("carrel_build_info", as: .gauge, dimensions: [("version", Version.current)]) { 1 }
        self.registry.observe("carrel_log_lines_dropped_total", as: .counter) { Double(droppedLogLines()) }
        let process = ProcessStatistics()
        self.registry.observe("process_cpu_seconds_total", as: .counter) { process.cpuSeconds }
        self.registry.observe("process_resident_memory_bytes", as: .gauge) { process.residentBytes }
        self.registry.observe("process_open_fds", as: .gauge) { process.openFiles }
        self.registry.observe("process_max_fds", as: .gauge) { process.mostFiles }
        self.registry.observe("process_start_time_seconds", as: .gauge) { process.startTime }
    }

    /// All numbers in Prometheus' text format; those that cannot be had now are missing.
    func expose() async -> [UInt8] {
        let isReady = await self.readiness.problem() == nil
        let day = UsageLedger.dayName(Clocks.seconds() / 86400)
        let activeUsers: Int?
        do {
            activeUsers = try await self.usage.activeUsers(day: day)
        } catch {
            // That Redis is away is told by `carrel_ready`.
            activeUsers = nil
        }
        self.asked.withLock { $0 = Asked(isReady: isReady, activeUsers: activeUsers) }
        return self.registry.expose()
    }
}
