import CLinux
import Foundation

/// Settings of glibc's allocator for a process that serves many small requests and a few large ones.
enum Allocator {
    /// From this size on memory is mapped for each allocation and returned with it.
    ///
    /// By default glibc raises it to the size of what was freed, up to 32 MiB, and keeps what large bodies and searches
    /// have taken.
    private static let mapped: Int32 = 256 * 1024

    /// Has memory returned to the system once it is free; variables of the environment (`MALLOC_ARENA_MAX`,
    /// `MALLOC_MMAP_THRESHOLD_`) take precedence.
    static func returnMemory() {
        let environment = ProcessInfo.processInfo.environment
        if environment["MALLOC_MMAP_THRESHOLD_"] == nil { mallopt(M_MMAP_THRESHOLD, Self.mapped) }
        // Eight a processor by default, each of which keeps what its threads have freed.
        let processors = Int32(ProcessInfo.processInfo.activeProcessorCount)
        if environment["MALLOC_ARENA_MAX"] == nil { mallopt(M_ARENA_MAX, max(2 * processors, 4)) }
    }
}
