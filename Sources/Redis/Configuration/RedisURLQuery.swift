/// The query of a Redis URL.
struct RedisURLQuery {
    private var values: [Substring: Substring] = [:]

    init() {}

    init(_ text: Substring) throws(RedisError) {
        for part in text.split(separator: "&") {
            guard let mark = part.firstIndex(of: "=") else {
                throw RedisConfiguration.invalid("its query must consist of name=value")
            }
            self.values[part[..<mark]] = part[part.index(after: mark)...]
        }
    }

    subscript(name: Substring) -> Substring? { self.values[name] }

    /// Throws if there is any other parameter.
    func checkNames(_ names: Substring...) throws(RedisError) {
        guard let other = self.values.keys.sorted().first(where: { !names.contains($0) }) else { return }
        throw RedisConfiguration.invalid("it has the unknown parameter '\(other)'")
    }
}
