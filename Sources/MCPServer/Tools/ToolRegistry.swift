import Encodings
import MCPCore

/// The tools of a server, in the order they are listed.
public struct ToolRegistry<Subject: Sendable>: Sendable {
    /// A tool with its compiled schema and encoded listings; a class like ``LegacyDispatcher``.
    final class Entry: Sendable {
        let tool: Tool<Subject>
        let arguments: ArgumentSchema
        /// The encoded `tools/list` element by revision.
        let listings: [ProtocolRevision: [UInt8]]

        init(tool: Tool<Subject>, arguments: ArgumentSchema, listings: [ProtocolRevision: [UInt8]]) {
            self.tool = tool
            self.arguments = arguments
            self.listings = listings
        }
    }

    let entries: [Entry]
    private let indices: [String: Int]

    /// - Parameter tools: listed in this order.
    ///
    /// - Throws: ``SchemaError`` for a duplicate name, and for an input schema with keywords that are not checked.
    public init(_ tools: [Tool<Subject>]) throws {
        var entries: [Entry] = []
        var indices: [String: Int] = [:]
        for tool in tools {
            let name = tool.definition.name
            guard indices[name] == nil else { throw SchemaError("The tool '\(name)' is registered twice.") }
            indices[name] = entries.count
            entries.append(
                Entry(
                    tool: tool,
                    arguments: try ArgumentSchema(compiling: .object(tool.definition.inputSchema)),
                    listings: Self.listings(of: tool.definition)
                )
            )
        }
        self.entries = entries
        self.indices = indices
    }

    /// In the order they are listed.
    public var tools: [Tool<Subject>] { self.entries.map(\.tool) }

    /// Constant time; names are case-sensitive.
    public func tool(named name: String) -> Tool<Subject>? {
        self.entry(named: name)?.tool
    }

    func entry(named name: String) -> Entry? {
        self.indices[name].map { self.entries[$0] }
    }

    private static func listings(of definition: ToolDefinition) -> [ProtocolRevision: [UInt8]] {
        var listings: [ProtocolRevision: [UInt8]] = [:]
        for revision in ProtocolRevision.allLegacy {
            var writer = JSONWriter()
            definition.write(to: &writer, for: revision)
            listings[revision] = writer.bytes
        }
        return listings
    }
}
