/// What stands after the `?` of a URL.
struct RedisURLQuery {
    private var values: [Substring: Substring] = [:]

    init() {}

    init(_ text: Substring) throws(RedisError) {
        for part in text.split(separator: "&") {
            guard let mark = part.firstIndex(of: "=") else {
                throw RedisConfiguration.invalid("after ? only name=value may stand")
            }
            self.values[part[..<mark]] = part[part.index(after: mark)...]
        }
    }

    subscript(name: Substring) -> Substring? { self.values[name] }

    /// Throws where something stands there that this URL does not have.
    func allows(_ names: Substring...) throws(RedisError) {
        guard let other = self.values.keys.sorted().first(where: { !names.contains($0) }) else { return }
        throw RedisConfiguration.invalid("after ? '\(other)' may not stand here")
    }
}
