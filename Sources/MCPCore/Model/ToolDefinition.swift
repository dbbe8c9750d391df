public import Encodings

/// An element of `tools/list`.
public struct ToolDefinition: Sendable, Hashable {
    /// The name that calls use.
    public let name: String
    /// The name for people.
    public let title: String?
    /// The description for the model.
    public let description: String
    /// JSON Schema 2020-12 of the arguments, which are an object.
    public let inputSchema: JSONObject
    /// JSON Schema 2020-12 of the structured content.
    public let outputSchema: JSONObject?
    /// Hints about the tool's effects.
    public let annotations: ToolAnnotations

    package init(
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

    /// Writes the tool with the fields that a revision has.
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
