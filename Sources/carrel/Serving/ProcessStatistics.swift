import Foundation
import Glibc

/// What the kernel says of this process (proc(5)).
struct ProcessStatistics: Sendable {
    /// When the process began, in seconds since 1970.
    let startTime: Double?

    init() {
        let ticks = Self.field(21).flatMap { Double($0) }
        let boot = Self.text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        let bootTime = boot.flatMap { Double($0.dropFirst(6)) }
        self.startTime = ticks.flatMap { ticks in bootTime.map { $0 + ticks / Self.ticksPerSecond } }
    }

    /// Processor time in user and system mode.
    var cpuSeconds: Double? {
        guard let user = Self.field(13).flatMap({ Double($0) }), let system = Self.field(14).flatMap({ Double($0) })
        else { return nil }
        return (user + system) / Self.ticksPerSecond
    }

    /// Memory that is in use, not counting what was swapped out.
    var residentBytes: Double? {
        Self.field(23).flatMap { Double($0) }.map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// Open file descriptors, the one that counts them not among them.
    var openFiles: Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return Double(count - 1)
    }

    /// How many file descriptors there may be.
    var mostFiles: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    /// A field of `/proc/self/stat`, counting from 0; the second, the name, may hold blanks and ends with the last `)`.
    private static func field(_ place: Int) -> Substring? {
        guard let text = Self.text("/proc/self/stat"), let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        return place - 2 < fields.count ? fields[place - 2] : nil
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
