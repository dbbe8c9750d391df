/// The key that routes a command in a Cluster.
enum CommandKey {
    private static let keyless: Set<String> = [
        "PING", "ECHO", "TIME", "INFO", "CONFIG", "CLIENT", "CLUSTER", "COMMAND", "SCRIPT", "ROLE", "WAIT", "DBSIZE",
        "MEMORY", "PUBLISH", "READONLY", "ACL", "LATENCY", "SLOWLOG", "DEBUG",
    ]

    /// The first key of a command, or `nil` if any node can run it.
    static func of(_ command: [String]) -> String? {
        guard let word = command.first?.uppercased(), !Self.keyless.contains(word) else { return nil }
        switch word {
        case "EVAL", "EVALSHA", "FCALL":
            // EVAL script numkeys key…
            return command.count > 3 && command[2] != "0" ? command[3] : nil
        case "XREAD", "XREADGROUP":
            guard let streams = command.firstIndex(where: { $0.uppercased() == "STREAMS" }) else { return nil }
            return command.count > streams + 1 ? command[streams + 1] : nil
        default: return command.count > 1 ? command[1] : nil
        }
    }
}
