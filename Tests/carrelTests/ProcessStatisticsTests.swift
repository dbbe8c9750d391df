import Foundation
import Glibc
import Testing

@testable import carrel

struct ProcessStatisticsTests {
    @Test func statisticsOfThisProcessArePlausible() throws {
        let process = ProcessStatistics()
        let start = try #require(process.startTime)
        let now = Date().timeIntervalSince1970
        #expect((now - 3600...now + 2).contains(start))
        #expect(try #require(process.cpuSeconds) > 0)
        #expect(try #require(process.residentBytes) > 1_000_000)
        let max = try #require(process.maxFiles)
        let open = try #require(process.openFiles)
        #expect((3...max).contains(open))
    }

    @Test func theLimitOfOpenFilesIsRaised() throws {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        #expect(getrlimit(resource, &limit) == 0)
        limit.rlim_cur = min(limit.rlim_max, max(2048, limit.rlim_cur / 2))
        #expect(setrlimit(resource, &limit) == 0)
        let raised = try #require(FileLimit.raise())
        #expect(raised == Int(clamping: limit.rlim_max))
        #expect(ProcessStatistics().maxFiles == Double(limit.rlim_max))
    }

    @Test func anOpenFileIsCounted() throws {
        let process = ProcessStatistics()
        let before = try #require(process.openFiles)
        let files = (0..<20).compactMap { _ in FileHandle(forReadingAtPath: "/dev/null") }
        let after = try #require(process.openFiles)
        #expect(after >= before + 15)
        for file in files { try file.close() }
    }
}
