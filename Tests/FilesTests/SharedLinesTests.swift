import Foundation
import Testing

@testable import Files

@Suite struct SharedLinesTests {
    @Test func linesComeBackInOrder() throws {
        try withTemporaryFolder { path in
            let file = SharedLines(path: path + "/lines")
            let before = try file.withLines { ($0.map(String.init), nil) }
            try file.append("one")
            try file.append("two")
            let after = try file.withLines { ($0.map(String.init), nil) }
            #expect(before.isEmpty)
            #expect(after == ["one", "two"])
            let mode = try FileManager.default.attributesOfItem(atPath: path + "/lines")[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func anIncompleteLineDoesNotSwallowTheNext() throws {
        try withTemporaryFolder { path in
            try Data("one\ntw".utf8).write(to: URL(fileURLWithPath: path + "/lines"))
            let file = SharedLines(path: path + "/lines")
            try file.append("three")
            let lines = try file.withLines { ($0.map(String.init), nil) }
            #expect(lines == ["one", "tw", "three"])
        }
    }

    @Test func aReaderFollowsAReplacement() throws {
        try withTemporaryFolder { path in
            let file = SharedLines(path: path + "/lines")
            for line in ["one", "two", "three"] { try file.append(line) }
            let replaced = try file.withLines { lines in
                (lines.map(String.init), lines.filter { $0 != "two" }.map(String.init))
            }
            #expect(replaced == ["one", "two", "three"])
            try file.append("four")
            let lines = try file.withLines { ($0.map(String.init), nil) }
            #expect(lines == ["one", "three", "four"])
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(names == ["lines"])
        }
    }

    @Test func aSymbolicLinkIsRefused() throws {
        try withTemporaryFolder { path in
            try FileManager.default.createSymbolicLink(atPath: path + "/lines", withDestinationPath: "elsewhere")
            let error = #expect(throws: FilesError.self) { try SharedLines(path: path + "/lines").append("one") }
            #expect(error?.code == .symbolicLink)
            #expect(!FileManager.default.fileExists(atPath: path + "/elsewhere"))
        }
    }
}
