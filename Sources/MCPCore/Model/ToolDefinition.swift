public import Encodings

/// What `tools/list` tells of a tool.
public struct ToolDefinition: Sendable, Hashable {
    /// What it is called by.
    public let name: String
    /// Its name for people.
    public let title: String?
    /// What it does, for a model.
    public let description: String
    /// What it takes (JSON Schema 2020-12, an object).
    public let inputSchema: JSONObject
    /// What it gives (JSON Schema 2020-12).
    public let outputSchema: JSONObject?
    /// What it does to the world.
    public let annotations: ToolAnnotations

    /// Describes a tool.
    public init(
        name: String,
        title: String?,
        description: String,
        inputSchema: JSONObject,
        outputSchema: JSONObject?,
        annotations: ToolAnnotations
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
    }

    /// Writes the tool with what a revision knows of tools.
    public func write(to writer: inout JSONWriter, for revision: ProtocolRevision) {
        writer.beginObject()
        writer.key("name")
        writer.value(self.name)
        if let title = self.title, revision.hasTitles {
            writer.key("title")
            writer.value(title)
        }
        writer.key("description")
        writer.value(self.description)
        writer.key("inputSchema")
        writer.value(.object(self.inputSchema))
        if let schema = self.outputSchema, revision.hasOutputSchemas {
            writer.key("outputSchema")
            writer.value(.object(schema))
        }
        if revision.hasAnnotations {
            writer.key("annotations")
            self.annotations.write(to: &writer)
        }
        writer.endObject()
    }
}
