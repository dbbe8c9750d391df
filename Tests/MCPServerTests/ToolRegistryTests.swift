import Encodings
import MCPCore
import MCPServer
import Testing

struct ToolRegistryTests {
    @Test func toolNamesAreUnique() {
        #expect(throws: SchemaError.self) { try ToolRegistry([ToyTools.echo, ToyTools.echo]) }
    }

    @Test(arguments: [
        ["type": "object", "properties": ["x": ["pattern": "a+"]]] as JSONObject,
        ["type": "thing"], ["type": "object", "additionalProperties": ["type": "string"]],
        ["type": "object", "properties": ["x": 1]],
    ])
    func uncheckedKeywordsAreRejected(schema: JSONObject) {
        let tool = Tool<String>(
            ToolDefinition(
                name: "odd",
                title: "Odd",
                description: "Odd.",
                inputSchema: schema,
                outputSchema: nil,
                annotations: ToolAnnotations(readOnly: true, openWorld: false)
            ),
            scope: "notes:read",
            writes: false
        ) { _, _ in throw ToyTools.Broken() }
        #expect(throws: SchemaError.self) { try ToolRegistry([tool]) }
    }

    @Test func aToolIsFoundByItsExactName() throws {
        let registry = try ToolRegistry([ToyTools.echo])
        let found = registry.tool(named: "echo")
        let other = registry.tool(named: "Echo")
        #expect(found?.definition.name == "echo")
        #expect(other == nil)
    }
}
