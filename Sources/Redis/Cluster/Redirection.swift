import Encodings

/// An error reply of a Cluster node that asks for a retry elsewhere or later; the command did not run.
enum Redirection: Equatable {
    /// The slot has moved there.
    case moved(slot: Int, RedisEndpoint)
    /// The slot is migrating: send this command there once.
    case ask(RedisEndpoint)
    /// The command's keys are split during a migration, or no node serves the slot now.
    case retryLater

    /// - Parameter node: the node that replied; an address without a host means that node's host.
    init?(_ value: RedisValue, from node: RedisEndpoint) {
        guard case .error(let text) = value else { return nil }
        let words = text.split(separator: " ")
        switch words.first {
        case "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING", "READONLY": self = .retryLater
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

    /// Reads `host:port`; an IPv6 host comes without brackets.
    private static func endpoint(_ text: Substring, from node: RedisEndpoint) -> RedisEndpoint? {
        guard let colon = text.lastIndex(of: ":"), let port = HostPort.port(text[text.index(after: colon)...]),
            case .tcp(let own, _) = node
        else { return nil }
        let host = text[..<colon]
        return .tcp(host: host.isEmpty ? own : String(host), port: port)
    }
}
