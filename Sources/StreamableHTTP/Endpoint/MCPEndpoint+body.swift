import HTTPServer
import HTTPTypes
import Hummingbird
import MCPServer
import NIOCore

extension MCPEndpoint {
    /// A body up to this size is read before its client is asked about, in the one round trip of its admission, and is
    /// worked on by the event loop.
    static var unaskedBytes: Int { 64 << 10 }

    /// Reads the body; a long one only once token, session and limits have been asked, so that refused clients fill no memory.
    ///
    /// - Throws: `Refusal`, and `NIOTooManyBytesError`.
    func body(of request: Request, _ exchange: Exchange<Gate.Client>) async throws -> ByteBuffer {
        guard let length = request.headers[.contentLength].flatMap({ Int($0) }) else {
            return try await self.bodyInChunks(of: request, exchange)
        }
        if length > self.maxBodyBytes { throw NIOTooManyBytesError(maxBytes: self.maxBodyBytes) }
        if length > Self.unaskedBytes {
            try await self.gate.check(exchange)
            try self.gate.hold(length, exchange)
        }
        return try await request.body.collect(upTo: self.maxBodyBytes)
    }

    /// The length is not known before the end.
    private func bodyInChunks(of request: Request, _ exchange: Exchange<Gate.Client>) async throws -> ByteBuffer {
        var body = ByteBuffer()
        var isAsked = false
        for try await chunk in request.body {
            let length = body.readableBytes + chunk.readableBytes
            if length > self.maxBodyBytes { throw NIOTooManyBytesError(maxBytes: self.maxBodyBytes) }
            if length > Self.unaskedBytes {
                if !isAsked { try await self.gate.check(exchange) }
                isAsked = true
                try self.gate.hold(length, exchange)
            }
            body.writeImmutableBuffer(chunk)
        }
        return body
    }

    /// The response to a message that is refused before its admission, such as one that is not JSON.
    ///
    /// A long body is counted: reading it has cost as much as any other.
    func counting(
        _ body: ByteBuffer,
        _ exchange: Exchange<Gate.Client>,
        _ response: Response
    ) async throws -> Response {
        guard body.readableBytes > Self.unaskedBytes else { return response }
        do {
            _ = try await self.gate.admit(exchange, cost: CallCost(), ignoringSession: true)
            return response
        } catch let refusal as Refusal {
            return .rpc(refusal, id: nil)
        }
    }

    /// What still comes of the body is discarded as it comes.
    func refuseBody(_ refusal: Refusal, _ exchange: Exchange<Gate.Client>) -> Response {
        var response = Response.rpc(refusal, id: nil)
        response.headers[.connection] = "close"
        self.gate.record(response, bodyBytes: 0, exchange)
        return response
    }
}
