import Testing

@testable import Files

@Suite struct LockFileTests {
    @Test func theHolderSeesThatTheLockIsAwaited() throws {
        try withTemporaryFolder { path in
            let folder = try Folder.open(path: path)
            let (one, two) = (try LockFile(in: folder), try LockFile(in: folder))
            let first = try one.tryAcquire()
            let second = try two.tryAcquire()
            #expect(first && !second)
            let before = try one.isAwaited()
            #expect(!before)
            try two.beginWaiting()
            let after = try one.isAwaited()
            #expect(after)
            try one.release()
            let third = try two.tryAcquire()
            #expect(third)
            let own = try two.isAwaited()
            #expect(!own)
        }
    }

    @Test func aLockFileThatWasReplacedIsNotCurrent() throws {
        try withTemporaryFolder { path in
            let folder = try Folder.open(path: path)
            let lock = try LockFile(in: folder)
            let before = try lock.isCurrent(in: folder)
            try folder.rename(LockFile.name, to: "old")
            _ = try folder.createFile(LockFile.name, mode: 0o600)
            let after = try lock.isCurrent(in: folder)
            #expect(before && !after)
        }
    }
}
