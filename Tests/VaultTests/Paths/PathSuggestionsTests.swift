import GRDB
import Testing

@testable import Vault

@Suite struct PathSuggestionsTests {
    @Test func onlyNotesNextToAPathAreCompared() async throws {
        let rig = try VaultRig()
        for number in 10..<40 {
            try rig.put("x", at: "a/note-\(number).md")
            try rig.put("x", at: "b/note-\(number).md")
        }
        let store = try rig.store()
        _ = try await store.vault(of: "ann").noteCount()
        let user = try UserFolder(user: "ann")
        let path = try NotePath("a/note-25b.md")
        try store.indexes.connect(user).inDatabase { db in
            let paths = try IndexReader(db: db, user: user, scope: .whole).paths(near: path, reach: 2)
            let held = try IndexReader(db: db, user: user, scope: try Scope(["b"])).paths(near: path, reach: 1)
            let names = ["a/note-25.md", "a/note-26.md", "b/note-25.md", "b/note-26.md"]
            #expect(paths == (["a/note-24.md", "a/note-27.md"] + names).sorted())
            #expect(held == ["b/note-10.md", "b/note-25.md", "b/note-26.md"])
        }
        await store.close()
    }

    @Test func neighboursAreFoundOnIndexes() async throws {
        let rig = try VaultRig()
        try rig.put("x", at: "a.md")
        let store = try rig.store()
        _ = try await store.vault(of: "ann").noteCount()
        try store.indexes.connect(try UserFolder(user: "ann")).inDatabase { db in
            let sql = "EXPLAIN QUERY PLAN \(IndexReader.neighbours(in: .whole))"
            let plan = try Row.fetchAll(db, sql: sql, arguments: ["ann", "a", "a.md", 1]).map { $0["detail"] as String }
            #expect(plan.filter { $0.hasPrefix("SEARCH notes USING") }.count == 4)
            #expect(!plan.contains { $0.hasPrefix("SCAN notes") || $0.contains("ORDER BY") })
        }
        await store.close()
    }
}
