import Encodings
import Logging
import MCPCore

extension LegacyDispatcher {
    func listTools(_ request: JSONRPCRequest, revision: ProtocolRevision, caller: Caller<Subject>) -> Reply {
        if let cursor = request.params?["cursor"], cursor != .null {
            // All tools fit on one page, so no cursor was ever given out.
            return Self.failure(request.id, .invalidParams, "Invalid cursor.")
        }
        var writer = JSONWriter(capacity: 8192)
        writer.beginObject()
        writer.key("tools")
        writer.beginArray()
        for entry in self.registry.entries where caller.scopes.contains(entry.tool.scope) {
            writer.raw(entry.listings[revision] ?? entry.listings[.latestLegacy] ?? [])
        }
        writer.endArray()
        writer.endObject()
        return Self.success(request.id, result: writer.bytes)
    }

    func callTool(_ request: JSONRPCRequest, revision: ProtocolRevision, caller: Caller<Subject>) async -> Reply {
        guard let name = request.params?["name"]?.stringValue else {
            return Self.failure(request.id, .invalidParams, "'name' must be the name of a tool.")
        }
        // A tool the token may not call is as unknown to it as one that does not exist.
        guard let entry = self.registry.entry(named: name), caller.scopes.contains(entry.tool.scope) else {
            return Self.failure(request.id, .invalidParams, "Unknown tool: \(name.prefix(100))")
        }
        let arguments = request.params?["arguments"] ?? .object([:])
        guard case .object(let fields) = arguments == .null ? .object([:]) : arguments else {
            return Self.failure(request.id, .invalidParams, "'arguments' must be an object.")
        }
        if let problem = entry.arguments.problem(with: .object(fields)) {
            let failure = ToolFailure(
                code: "validation_error",
                message: problem,
                hint: "See the input schema of '\(name)' in tools/list."
            )
            return self.toolReply(request.id, failure.result(), revision: revision, caller, failure.events)
        }
        do {
            let outcome = try await entry.tool.handle(caller.subject, ToolArguments(fields))
            return self.toolReply(request.id, outcome.result, revision: revision, caller, outcome.events)
        } catch let failure as ToolFailure {
            return self.toolReply(request.id, failure.result(), revision: revision, caller, failure.events)
        } catch {
            self.logger.error("Tool failed", metadata: ["mcp.tool": "\(name)", "error": "\(error)"])
            let message = "The tool failed in the server; the log has the reason."
            return Self.failure(request.id, .internalError, message, outcome: .internalError)
        }
    }

    private func toolReply(
        _ id: JSONRPCID,
        _ result: ToolCallResult,
        revision: ProtocolRevision,
        _ caller: Caller<Subject>,
        _ events: [ToolEvent]
    ) -> Reply {
        var writer = JSONWriter(capacity: 2 * (result.structuredContent?.count ?? 0) + 512)
        result.write(to: &writer, for: revision, meta: caller.resultMeta)
        return Self.success(
            id,
            result: writer.bytes,
            outcome: result.isError ? .toolError : .success,
            events: events
        )
    }
}
