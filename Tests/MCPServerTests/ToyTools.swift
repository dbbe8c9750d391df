import Encodings
import Logging
import MCPCore
import MCPServer

/// Tools over a string, for the rules that apply to every tool.
enum ToyTools {
    static let echo = Tool<String>(
        ToolDefinition(
            name: "echo",
            title: "Echo",
            description: "Gives back its argument and its subject.",
            inputSchema: [
                "type": "object",
                "properties": [
                    "text": ["type": "string", "minLength": 1, "maxLength": 5],
                    "times": ["type": "integer", "minimum": 1, "maximum": 3],
                ],
                "required": ["text"],
                "additionalProperties": false,
            ],
            outputSchema: ["type": "object", "properties": ["text": ["type": "string"]], "required": ["text"]],
            annotations: ToolAnnotations(readOnly: true, openWorld: false)
        ),
        scope: "notes:read",
        writes: false
    ) { subject, arguments in
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("text")
        writer.value("\(subject): \(try arguments.string("text"))")
        writer.endObject()
        return ToolOutcome(
            ToolCallResult(content: [.text("said")], structuredContent: writer.bytes, isError: false),
            events: [ToolEvent("said")]
        )
    }

    static let fail = Tool<String>(
        ToolDefinition(
            name: "fail",
            title: "Fail",
            description: "Fails in a way the caller can mend.",
            inputSchema: ["type": "object"],
            outputSchema: nil,
            annotations: ToolAnnotations(readOnly: false, openWorld: false)
        ),
        scope: "notes:write",
        writes: true
    ) { _, _ in
        throw ToolFailure(
            code: "not_found",
            message: "There is no such thing.",
            hint: "Look elsewhere.",
            details: ["suggestions": ["here"]],
            events: [ToolEvent("path_rejected")]
        )
    }

    static let breakDown = Tool<String>(
        ToolDefinition(
            name: "break",
            title: "Break",
            description: "Breaks.",
            inputSchema: ["type": "object"],
            outputSchema: nil,
            annotations: ToolAnnotations(readOnly: true, openWorld: false)
        ),
        scope: "notes:read",
        writes: false
    ) { _, _ in throw Broken() }

    struct Broken: Error {}

    static func dispatcher() throws -> LegacyDispatcher<String> {
        LegacyDispatcher(
            implementation: Implementation(name: "toy", title: "Toy", version: "1.0"),
            instructions: "Play.",
            registry: try ToolRegistry([Self.echo, Self.fail, Self.breakDown]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

func json(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
}

func request(_ text: String) throws -> JSONRPCRequest {
    guard case .single(.request(let request)) = try JSONRPCPayload.decode(json(text)) else { throw ToyTools.Broken() }
    return request
}

/// Prepares a message without a session.
func prepare(_ text: String) throws -> Prepared<String> {
    try ToyTools.dispatcher().prepare(JSONRPCPayload.decode(json(text)), version: nil, hasSession: false)
}

func call(_ text: String) throws -> Call<String> {
    guard case .call(let call) = try prepare(text) else { throw ToyTools.Broken() }
    return call
}
