/// Names and addresses of the loopback interface.
enum Loopback {
    static func isName(_ host: String) -> Bool {
        host == "localhost" || host == "[::1]" || host == "::1" || Self.isIPv4(host)
    }

    private static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
