import Foundation
import Testing

/// A file system of its own, of a few MiB, for as long as a test needs it.
package final class SmallVolume: Sendable {
    package struct NotMounted: Error {}

    package let path: String

    package init(size: String) throws {
        self.path = FileManager.default.temporaryDirectory.path + "/carrel-volume-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        let status = try ChildProcess(["mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", self.path]).wait()
        guard status == 0 else {
            try FileManager.default.removeItem(atPath: self.path)
            throw NotMounted()
        }
    }

    deinit {
        do {
            try ChildProcess(["umount", "-l", self.path]).wait()
            try FileManager.default.removeItem(atPath: self.path)
        } catch {}
    }

    /// Whether this process may mount; root may, outside of containers without that capability.
    package static let isPermitted: Bool = {
        do {
            _ = try SmallVolume(size: "64k")
            return true
        } catch {
            return false
        }
    }()

    /// Takes all the room that is left.
    package func fill() throws {
        let name = self.path + "/filler-\(UUID().uuidString)"
        try #require(FileManager.default.createFile(atPath: name, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: name))
        do { while true { try file.write(contentsOf: Data(repeating: 1, count: 4096)) } } catch {}
        try file.close()
    }

    package func removeFillers() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: self.path) where name.hasPrefix("filler-") {
            try FileManager.default.removeItem(atPath: self.path + "/" + name)
        }
    }
}
