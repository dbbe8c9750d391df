import Foundation
import Glibc

/// Statistics of this process from proc(5).
struct ProcessStatistics: Sendable {
    /// In seconds since 1970.
    let startTime: Double?

    init() {
        let ticks = Self.field(21).flatMap { Double($0) }
        let boot = Self.text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        let bootTime = boot.flatMap { Double($0.dropFirst(6)) }
        self.startTime = ticks.flatMap { ticks in bootTime.map { $0 + ticks / Self.ticksPerSecond } }
    }

    /// User and system mode.
    var cpuSeconds: Double? {
        guard let user = Self.field(13).flatMap({ Double($0) }), let system = Self.field(14).flatMap({ Double($0) })
        else { return nil }
        return (user + system) / Self.ticksPerSecond
    }

    var residentBytes: Double? {
        Self.field(23).flatMap { Double($0) }.map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// Excludes the descriptor used for counting.
    var openFiles: Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return Double(count - 1)
    }

    /// Limit of open files.
    var maxFiles: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    /// A field of `/proc/self/stat`, from 0; field 1, the name, may contain spaces and ends with the last `)`.
    private static func field(_ index: Int) -> Substring? {
        guard let text = Self.text("/proc/self/stat"), let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        return index - 2 < fields.count ? fields[index - 2] : nil
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
