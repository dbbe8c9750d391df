import NIOCore
import Synchronization

/// One entry of a stream.
public struct RedisStreamEntry: Sendable, Hashable {
    /// Its id, such as `1700000000000-0`.
    public let id: String
    /// Its fields, in their order.
    public let fields: [(name: String, value: [UInt8])]

    /// Whether two entries are the same.
    public static func == (left: RedisStreamEntry, right: RedisStreamEntry) -> Bool {
        left.id == right.id && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }

    /// Feeds the id.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.id)
    }
}

/// Reads streams over a connection of its own, on which it may wait for what comes.
///
/// One call at a time. After an interruption the next call opens another connection; nothing is missed, as the id says
/// where reading goes on, unless the stream has been trimmed past it meanwhile.
public final class RedisStreamReader: Sendable {
    private let client: RedisClient
    private let connection = Mutex<Connection?>(nil)

    /// Reads from the servers that a client talks to.
    public init(_ client: RedisClient) {
        self.client = client
    }

    deinit { self.connection.withLock { $0 }?.close() }

    /// The entries after an id; waits for the first where there is none yet.
    ///
    /// - Parameters:
    ///   - id: the last entry that is known; `0` for the beginning.
    ///   - wait: how long to wait at most; then there are none.
    /// - Throws: ``RedisError`` as ``RedisClient/send(_:)``.
    public func entries(
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
            reply = try await open.ask(command)
        } catch {
            self.drop(open)
            throw error
        }
        if case .error(let text) = reply {
            // The stream may live elsewhere by now: the next call asks where.
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
            for place in stride(from: 0, to: words.count, by: 2) {
                guard let name = words[place].text, case .bytes(let value) = words[place + 1] else {
                    throw Self.unknown
                }
                fields.append((name, value))
            }
            found.append(RedisStreamEntry(id: id, fields: fields))
        }
        return found
    }

    private static var unknown: RedisError { RedisError(.protocolError, "A stream was answered in an unknown way.") }
}
