import NIOCore
import Synchronization

package struct RedisStreamEntry: Sendable, Hashable {
    /// Such as `1700000000000-0`.
    package let id: String
    package let fields: [(name: String, value: [UInt8])]

    package static func == (left: RedisStreamEntry, right: RedisStreamEntry) -> Bool {
        left.id == right.id && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.id)
    }
}

/// Reads streams over a dedicated connection, on which `XREAD` may block.
///
/// One call at a time. After a failure the next call opens another connection; no entry is missed unless the stream has
/// been trimmed past the id in the meantime.
package final class RedisStreamReader: Sendable {
    private let client: RedisClient
    private let connection = Mutex<Connection?>(nil)

    package init(_ client: RedisClient) {
        self.client = client
    }

    deinit { self.connection.withLock { $0 }?.close() }

    /// The entries after an id; blocks until there is one.
    ///
    /// - Parameters:
    ///   - id: the last known entry; `0` reads from the start.
    ///   - wait: the maximum wait, after which the result is empty.
    /// - Throws: ``RedisError`` as ``RedisClient/send(_:)``.
    package func entries(
        of key: String,
        after id: String,
        count: Int = 100,
        waiting wait: Duration
    ) async throws(RedisError) -> [RedisStreamEntry] {
        let milliseconds = max(1, TimeAmount(wait).nanoseconds / 1_000_000)
        let command = ["XREAD", "COUNT", "\(count)", "BLOCK", "\(milliseconds)", "STREAMS", key, id]
        let open = try await self.open(for: key, waiting: wait)
        let reply: RedisValue
        do throws(RedisError) {
            reply = try await open.send(command)
        } catch {
            self.drop(open)
            throw error
        }
        if case .error(let text) = reply {
            // The stream may have moved: the next call resolves its server again.
            self.drop(open)
            throw RedisError(reply: text)
        }
        return try Self.entries(in: reply)
    }

    private func open(for key: String, waiting wait: Duration) async throws(RedisError) -> Connection {
        if let open = self.connection.withLock({ $0 }), open.isOpen { return open }
        var configuration = self.client.configuration
        configuration.commandTimeout += wait
        let endpoint = try await self.client.route.server(of: key)
        let open = try await Connector(configuration).connect(to: endpoint, on: self.client.eventLoops[0])
        self.connection.withLock { $0 = open }
        return open
    }

    private func drop(_ open: Connection) {
        self.connection.withLock { $0 = nil }
        open.close()
    }

    private static func entries(in reply: RedisValue) throws(RedisError) -> [RedisStreamEntry] {
        guard reply != .null, let streams = reply.elements, let first = streams.first else { return [] }
        // RESP2 has pairs of key and entries, RESP3 a map.
        let list = first.elements?.last ?? streams.last
        guard let entries = list?.elements else { throw Self.unknown }
        var found: [RedisStreamEntry] = []
        for entry in entries {
            guard let parts = entry.elements, parts.count == 2, let id = parts[0].text, let words = parts[1].elements,
                words.count.isMultiple(of: 2)
            else { throw Self.unknown }
            var fields: [(name: String, value: [UInt8])] = []
            for index in stride(from: 0, to: words.count, by: 2) {
                guard let name = words[index].text, case .bytes(let value) = words[index + 1] else {
                    throw Self.unknown
                }
                fields.append((name, value))
            }
            found.append(RedisStreamEntry(id: id, fields: fields))
        }
        return found
    }

    private static var unknown: RedisError { RedisError(.protocolError, "Unexpected reply to XREAD.") }
}
