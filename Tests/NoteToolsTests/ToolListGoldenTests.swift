import Encodings
import Foundation
import MCPCore
import MCPServer
import NoteTools
import Testing

/// Compares `tools/list` with a file, so that every change of it is a change of that file.
struct ToolListGoldenTests {
    private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/tools-list.json")

    @Test func theToolListMatchesItsGoldenFile() throws {
        var writer = JSONWriter()
        writer.beginArray()
        for tool in NoteToolSet.tools { tool.definition.write(to: &writer, for: .v2025_11_25) }
        writer.endArray()
        let listed = try JSONSerialization.jsonObject(with: Data(writer.bytes))
        let text = try JSONSerialization.data(
            withJSONObject: listed,
            options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        )
        if ProcessInfo.processInfo.environment["WRITE_GOLDEN"] != nil { try text.write(to: Self.golden) }
        let expected = try Data(contentsOf: Self.golden)
        #expect(
            String(decoding: text, as: UTF8.self) == String(decoding: expected, as: UTF8.self),
            "If the change is intended, write the file again: WRITE_GOLDEN=1 swift test --filter ToolListGolden"
        )
    }

    @Test func theToolListIsShort() {
        var writer = JSONWriter()
        writer.array(NoteToolSet.tools) { writer, tool in tool.definition.write(to: &writer, for: .v2025_11_25) }
        let characters = String(decoding: writer.bytes, as: UTF8.self).count
        #expect(characters < 24_000)
    }

    @Test func everyNumberOfAnArgumentHasAMinimum() {
        for tool in NoteToolSet.tools {
            for (name, schema) in tool.definition.inputSchema["properties"]?.objectValue ?? [:] {
                guard schema["type"] == "integer" else { continue }
                #expect(schema["minimum"]?.intValue != nil, "\(tool.definition.name): \(name)")
            }
        }
    }

    @Test func everyTextOfAnArgumentHasABound() {
        for tool in NoteToolSet.tools {
            for (name, schema) in tool.definition.inputSchema["properties"]?.objectValue ?? [:] {
                let schema = schema["items"] ?? schema
                guard schema["type"] == "string" else { continue }
                let isBounded = schema["maxLength"]?.intValue != nil || schema["enum"] != nil
                #expect(isBounded, "\(tool.definition.name): \(name)")
            }
        }
    }
}
