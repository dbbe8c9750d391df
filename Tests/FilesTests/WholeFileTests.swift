import Foundation
import Testing

@testable import Files

@Suite struct WholeFileTests {
    @Test func aFileIsReplacedWithItsModeAndLeavesNothing() throws {
        try withTemporaryFolder { path in
            let folder = try Folder.open(path: path)
            for text in ["one", "two"] { try folder.replaceFile("file", with: Array(text.utf8), mode: 0o600) }
            let bytes = try folder.file("file")?.read(sizeHint: 8, limit: 8)
            #expect(bytes == Array("two".utf8))
            let mode = try #require(try folder.status(of: "file")).st_mode & 0o777
            #expect(mode == 0o600)
            let names = try folder.names()
            #expect(names == ["file"])
        }
    }

    @Test func anExistingFileIsKept() throws {
        try withTemporaryFolder { path in
            let folder = try Folder.open(path: path)
            let first = try folder.createFile("file", containing: Array("one".utf8), mode: 0o600)
            let second = try folder.createFile("file", containing: Array("two".utf8), mode: 0o600)
            #expect(first && !second)
            let bytes = try folder.file("file")?.read(sizeHint: 8, limit: 8)
            #expect(bytes == Array("one".utf8))
            let names = try folder.names()
            #expect(names == ["file"])
        }
    }
}
