/// What a node of a Cluster says when a command should go elsewhere or come later; it has not run the command.
enum Redirection: Equatable {
    /// The slot lives there from now on.
    case moved(slot: Int, RedisEndpoint)
    /// This once, ask there: the slot is on its way.
    case ask(RedisEndpoint)
    /// Soon: the keys of the command are half here and half there, or nobody serves the slot now.
    case later

    /// Reads an error.
    ///
    /// - Parameter node: who said it; an address without a host means that node's host.
    init?(_ value: RedisValue, from node: RedisEndpoint) {
        guard case .error(let text) = value else { return nil }
        let words = text.split(separator: " ")
        switch words.first {
        case "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING", "READONLY": self = .later
        case "MOVED":
            guard words.count >= 3, let slot = Int(words[1]), (0..<HashSlot.count).contains(slot),
                let endpoint = Self.endpoint(words[2], from: node)
            else { return nil }
            self = .moved(slot: slot, endpoint)
        case "ASK":
            guard words.count >= 3, let endpoint = Self.endpoint(words[2], from: node) else { return nil }
            self = .ask(endpoint)
        default: return nil
        }
    }

    private static func endpoint(_ text: Substring, from node: RedisEndpoint) -> RedisEndpoint? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port), case .tcp(let own, _) = node
        else { return nil }
        let host = text[..<colon]
        return .tcp(host: host.isEmpty ? own : String(host), port: port)
    }
}
