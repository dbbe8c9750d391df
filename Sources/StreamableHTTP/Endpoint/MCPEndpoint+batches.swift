import HTTPServer
import HTTPTypes
import Hummingbird
import MCPCore
import MCPServer
import NIOCore

extension MCPEndpoint {
    /// An answer up to this size is sent as a whole, with its length; a longer one element by element.
    private static var wholeBytes: Int { 64 << 10 }

    func respond(
        to batch: Batch<Subject>,
        _ admittance: Admittance,
        _ exchange: Exchange<Gate.Client>
    ) async throws -> Response {
        let revision = exchange.revision(admittance)
        guard revision.hasBatches else {
            return .json(JSONRPCResponse.encode(revision.batchRefusal), status: .badRequest)
        }
        let caller = try self.caller(admittance, exchange)
        var run = batch.run(as: caller, revision: revision) { [gate] in gate.record($0, to: $1, exchange) }
        var body: [UInt8] = []
        while let part = await run.next() {
            if body.isEmpty { body = part } else { body += part }
            if body.count > Self.wholeBytes { return self.stream(body, run, admittance, exchange) }
        }
        guard !body.isEmpty else { return Response(status: .accepted, headers: admittance.headers) }
        return .json(body, headers: admittance.headers)
    }

    /// Sends what there is of an answer, then one part after the other, each once the client has taken those before.
    private func stream(
        _ first: [UInt8],
        _ run: BatchRun<Subject>,
        _ admittance: Admittance,
        _ exchange: Exchange<Gate.Client>
    ) -> Response {
        let gate = self.gate
        let held = HeldRun(run)
        let body = ResponseBody { writer in
            // The elements, which may be as long as a body, are run and released here, not on the event loop.
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                guard var run = held.take() else { return }
                var sent = 0
                defer { gate.record(streamedBytes: sent, exchange) }
                do {
                    var next: [UInt8]? = first
                    while let part = next {
                        try await writer.write(ByteBuffer(bytes: part))
                        sent += part.count
                        next = await run.next()
                    }
                } catch {
                    await run.finishWrites()
                    throw error
                }
            }
            try await writer.finish(nil)
        }
        var headers = admittance.headers
        headers.append(HTTPField(name: .contentType, value: "application/json"))
        return Response(status: .ok, headers: headers, body: body)
    }
}
