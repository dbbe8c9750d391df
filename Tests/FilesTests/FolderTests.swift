import Foundation
import Glibc
import Testing

@testable import Files

@Suite struct FolderTests {
    @Test func aSymbolicLinkIsNeverFollowed() throws {
        try withTemporaryFolder { path in
            let folder = try Folder.open(path: path)
            for target in ["/etc", "/etc/passwd", "nowhere"] {
                try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: target)
                let asFile = #expect(throws: FilesError.self) { _ = try folder.file("link") }
                let asFolder = #expect(throws: FilesError.self) { _ = try folder.folder("link", for: .listing) }
                let asLock = #expect(throws: FilesError.self) { _ = try folder.openOrCreateFolder("link") }
                #expect([asFile?.code, asFolder?.code, asLock?.code].allSatisfy { $0 == .symbolicLink })
                try folder.remove("link")
            }
        }
    }

    @Test func aFileIsNotAFolder() throws {
        try withTemporaryFolder { path in
            let folder = try Folder.open(path: path)
            _ = try folder.createFile("name", mode: 0o600)
            let error = #expect(throws: FilesError.self) { _ = try folder.openOrCreateFolder("name") }
            #expect(error?.code == .notAFolder)
        }
    }

    @Test func aPipeDoesNotBlock() throws {
        try withTemporaryFolder { path in
            let folder = try Folder.open(path: path)
            #expect(mkfifo(path + "/pipe", 0o600) == 0)
            let status = try #require(try folder.file("pipe")?.status())
            #expect(!Folder.isFile(status))
        }
    }

    @Test func aTreeIsCopiedWithModesAndTimesAndWithoutLinks() throws {
        try withTemporaryFolder { path in
            let source = try Folder.openOrCreate(path: path + "/a/b")
            let file = try source.openOrCreateFolder("inner").createFile("x.md", mode: 0o640)
            try file.write(Array("text".utf8))
            try file.setTimes(access: timespec(tv_sec: 5, tv_nsec: 0), modification: timespec(tv_sec: 7, tv_nsec: 9))
            try FileManager.default.createSymbolicLink(atPath: path + "/a/b/link", withDestinationPath: "/etc/passwd")
            let target = try Folder.openOrCreate(path: path + "/copy")
            let count = try source.copy(to: target)
            #expect(count == 1)
            let copied = try #require(try target.folder("inner", for: .listing)?.status(of: "x.md"))
            #expect(copied.st_mode & 0o777 == 0o640)
            #expect(copied.st_mtim.tv_sec == 7)
            #expect(copied.st_mtim.tv_nsec == 9)
            let names = try target.names()
            #expect(names == ["inner"])
        }
    }

    @Test(arguments: [
        (ENOSPC, FilesError.Code.volumeFull), (EROFS, .readOnly), (EACCES, .notPermitted), (EIO, .unresponsive),
        (ENOTCONN, .disconnected), (ESTALE, .stale), (ETIMEDOUT, .timedOut), (ENOLCK, .noLocks), (EMFILE, .exhausted),
    ])
    func anErrorNumberHasACode(_ errno: Int32, _ code: FilesError.Code) {
        let error = FilesError("write", errno: errno)
        #expect(error.code == code)
        #expect(error.errno == errno)
    }
}
