import Testing

@testable import SharedState

struct LuaSourceTests {
    private let source = LuaSource(parts: [
        "clock": Array("local now\n".utf8),
        "limits": Array("-- requires: clock\nlocal limits\n".utf8),
        "sessions": Array("-- requires: clock\nlocal sessions\n".utf8),
    ])

    private func resolve(_ text: String) -> String {
        String(decoding: self.source.resolve(Array(text.utf8)), as: UTF8.self)
    }

    @Test func aFileWithoutRequirementsStaysAsItIs() {
        #expect(self.resolve("-- Ends.\nreturn 1\n") == "-- Ends.\nreturn 1\n")
    }

    @Test func partsComeFirstInOrderAndOnce() {
        let lines = self.resolve("-- requires: limits sessions\nreturn 1\n").split(separator: "\n")
        let code = lines.filter { !$0.hasPrefix("--") }
        #expect(code == ["local now", "local limits", "local sessions", "return 1"])
    }

    @Test func requirementsStandOnTheFirstLineOnly() {
        #expect(LuaSource.requirements(of: Array("return 1\n-- requires: clock\n".utf8)) == [])
        #expect(LuaSource.requirements(of: Array("-- requires: clock limits".utf8)) == ["clock", "limits"])
    }
}
