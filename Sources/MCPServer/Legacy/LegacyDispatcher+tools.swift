import Encodings
import Logging
import MCPCore

extension LegacyDispatcher {
    func listTools(_ request: JSONRPCRequest, revision: ProtocolRevision, caller: Caller<Subject>) -> Reply {
        if let cursor = request.params?["cursor"], cursor != .null {
            // All tools fit on one page: this server issues no cursors.
            return Self.failure(request.id, .invalidParams, "Invalid cursor.")
        }
        let allowed = self.registry.entries.lazy.filter { caller.scopes.contains($0.tool.scope) }
        var writer = JSONWriter(capacity: 8192)
        writer.object {
            $0.field("tools", array: allowed) { $0.raw($1.listings[revision] ?? $1.listings[.latestLegacy] ?? []) }
        }
        return Self.success(request.id, result: writer.bytes)
    }

    func callTool(_ call: Call<Subject>, revision: ProtocolRevision, caller: Caller<Subject>) async -> Reply {
        let request = call.request
        guard let name = request.params?["name"]?.stringValue else {
            return Self.failure(request.id, .invalidParams, "'name' must be the name of a tool.")
        }
        guard let entry = call.entry else {
            return Self.failure(request.id, .invalidParams, "Unknown tool: \(name.prefix(bytes: 100))")
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
            guard outcome.result.isLong else {
                return self.toolReply(request.id, outcome.result, revision: revision, caller, outcome.events)
            }
            return await withTaskExecutorPreference(globalConcurrentExecutor) {
                self.toolReply(request.id, outcome.result, revision: revision, caller, outcome.events)
            }
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

extension ToolCallResult {
    /// Whether encoding it takes so long that an event loop should not do it.
    fileprivate var isLong: Bool {
        var bytes = self.structuredContent?.count ?? 0
        for block in self.content {
            switch block {
            case .text(let text): bytes += text.utf8.count
            case .json(let json): bytes += json.count
            }
        }
        return bytes > 64 << 10
    }
}
