/// Which key decides where in a Cluster a command goes.
enum CommandKey {
    private static let without: Set<String> = [
        "PING", "ECHO", "TIME", "INFO", "CONFIG", "CLIENT", "CLUSTER", "COMMAND", "SCRIPT", "ROLE", "WAIT", "DBSIZE",
        "MEMORY", "PUBLISH", "READONLY", "ACL", "LATENCY", "SLOWLOG", "DEBUG",
    ]

    /// The first key of a command, or `nil` where any node will do.
    static func of(_ command: [String]) -> String? {
        guard let word = command.first?.uppercased(), !Self.without.contains(word) else { return nil }
        switch word {
        case "EVAL", "EVALSHA", "FCALL":
            // After the script stands the number of keys.
            return command.count > 3 && command[2] != "0" ? command[3] : nil
        case "XREAD", "XREADGROUP":
            guard let streams = command.firstIndex(where: { $0.uppercased() == "STREAMS" }) else { return nil }
            return command.count > streams + 1 ? command[streams + 1] : nil
        default: return command.count > 1 ? command[1] : nil
        }
    }
}
