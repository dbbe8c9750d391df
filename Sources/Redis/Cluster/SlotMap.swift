/// The node that owns each slot of a Cluster.
struct SlotMap: Sendable {
    private var owners: [RedisEndpoint?] = Array(repeating: nil, count: HashSlot.count)

    private(set) var nodes: Set<RedisEndpoint> = []

    init() {}

    /// Parses the reply to `CLUSTER SLOTS`.
    ///
    /// - Parameter node: the node that replied; an entry without a host means that node's host.
    /// - Throws: ``RedisError`` with `.protocolError` for an unexpected reply.
    init(_ reply: RedisValue, from node: RedisEndpoint) throws(RedisError) {
        if case .error(let text) = reply { throw RedisError(reply: text) }
        guard let ranges = reply.elements, case .tcp(let own, _) = node else { throw Self.unknown }
        for range in ranges {
            guard let parts = range.elements, parts.count >= 3, let first = parts[0].integerValue,
                let last = parts[1].integerValue, first >= 0, first <= last, last < HashSlot.count,
                let owner = parts[2].elements, owner.count >= 2, let number = owner[1].integerValue,
                let port = Int(exactly: number), (1...65535).contains(port)
            else { throw Self.unknown }
            let host = owner[0].text ?? ""
            // The node does not know that node's address yet.
            if host == "?" { continue }
            let endpoint = RedisEndpoint.tcp(host: host.isEmpty ? own : host, port: port)
            for slot in Int(first)...Int(last) { self.owners[slot] = endpoint }
            self.nodes.insert(endpoint)
        }
    }

    subscript(slot: Int) -> RedisEndpoint? { self.owners[slot] }

    mutating func move(_ slot: Int, to endpoint: RedisEndpoint) {
        self.owners[slot] = endpoint
        self.nodes.insert(endpoint)
    }

    private static var unknown: RedisError {
        RedisError(.protocolError, "Unexpected reply to CLUSTER SLOTS.")
    }
}
