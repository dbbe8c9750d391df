import Files
import Foundation
import Testing

@Suite struct HeldFileTests {
    private func withFolder(_ body: (borrowing Folder) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("carrel-\(UUID().uuidString)").path
        defer { do { try FileManager.default.removeItem(atPath: path) } catch {} }
        try body(try Folder.openOrCreate(path: path))
    }

    @Test func othersSeeTheNumberAndTheLock() throws {
        try self.withFolder { folder in
            var held: HeldFile? = try HeldFile("one", in: folder)
            #expect(try HeldFile.look(at: "one", in: folder) == HeldFile.Sight(number: nil, isLocked: true))
            try held?.store(41)
            #expect(try HeldFile.look(at: "one", in: folder) == HeldFile.Sight(number: 41, isLocked: true))
            try held?.store(1_000)
            #expect(try HeldFile.look(at: "one", in: folder) == HeldFile.Sight(number: 1_000, isLocked: true))
            held = nil
            #expect(try HeldFile.look(at: "one", in: folder) == HeldFile.Sight(number: 1_000, isLocked: false))
            #expect(try HeldFile.look(at: "two", in: folder) == nil)
        }
    }

    @Test func aFileThatIsThereIsNotTaken() throws {
        try self.withFolder { folder in
            let held = try HeldFile("one", in: folder)
            #expect(throws: FilesError.self) { try HeldFile("one", in: folder) }
            try held.store(1)
        }
    }
}
