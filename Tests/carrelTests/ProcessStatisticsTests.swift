import Foundation
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

    @Test func anOpenFileIsCounted() throws {
        let process = ProcessStatistics()
        let before = try #require(process.openFiles)
        let files = (0..<20).compactMap { _ in FileHandle(forReadingAtPath: "/dev/null") }
        let after = try #require(process.openFiles)
        #expect(after >= before + 15)
        for file in files { try file.close() }
    }
}
