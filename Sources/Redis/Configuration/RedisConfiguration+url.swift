extension RedisConfiguration {
    /// Reads a URL: `redis://[[user]:password@]host[:port][/database]` or `unix://[[user]:password@]/path[?db=database]`.
    ///
    /// - Throws: ``RedisError`` with `.invalidURL` saying what is wrong, never the password.
    public init(url: String) throws(RedisError) {
        guard let separator = url.firstRange(of: "://") else {
            throw Self.invalid("it must begin with redis:// or unix://")
        }
        let scheme = url[..<separator.lowerBound].lowercased()
        var rest = url[separator.upperBound...]
        guard !rest.contains("#") else { throw Self.invalid("it has a fragment; write # as %23") }
        var query: Substring?
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        let user = try Self.credentials(&rest, endsAtSlash: scheme != "unix")
        switch scheme {
        case "redis":
            let (host, database) = Self.split(rest, at: "/")
            self.init(endpoint: try Self.host(host))
            let named = try Self.database(in: query)
            self.database = try Self.database(database.flatMap { $0.isEmpty ? nil : $0 } ?? named)
        case "unix":
            guard rest.hasPrefix("/") else { throw Self.invalid("a socket's path must begin with /") }
            self.init(endpoint: .unix(path: try Self.decoded(rest)))
            let named = try Self.database(in: query)
            self.database = try Self.database(named)
        case "rediss", "redis+sentinel", "redis+cluster":
            throw Self.invalid("\(scheme):// is not spoken yet; use redis:// or unix://")
        default: throw Self.invalid("its scheme must be redis or unix")
        }
        self.username = user.name
        self.password = user.password
    }

    private static func invalid(_ what: String) -> RedisError {
        RedisError(.invalidURL, "the URL cannot be used: \(what)")
    }

    private static func split(_ text: Substring, at mark: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Takes `user:password@` off the front.
    private static func credentials(
        _ rest: inout Substring,
        endsAtSlash: Bool
    ) throws(RedisError) -> (name: String?, password: String?) {
        let authority = endsAtSlash ? rest.prefix { $0 != "/" } : rest
        guard let mark = authority.lastIndex(of: "@") else { return (nil, nil) }
        let (name, password) = Self.split(rest[..<mark], at: ":")
        rest = rest[rest.index(after: mark)...]
        guard let password else { throw Self.invalid("before @ must stand user:password or :password") }
        return (name.isEmpty ? nil : try Self.decoded(name), try Self.decoded(password))
    }

    private static func host(_ text: Substring) throws(RedisError) -> RedisEndpoint {
        var host = text
        var port: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw Self.invalid("its host is not valid") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            (host, port) = Self.split(text, at: ":")
        }
        guard !host.isEmpty, !host.contains(where: { $0 == " " || $0 == "[" || $0 == "]" }) else {
            throw Self.invalid("its host is missing or not valid")
        }
        guard let port else { return .tcp(host: String(host), port: 6379) }
        guard let number = Int(port), (1...65535).contains(number) else {
            throw Self.invalid("its port must be a number from 1 to 65535")
        }
        return .tcp(host: String(host), port: number)
    }

    private static func database(in query: Substring?) throws(RedisError) -> Substring {
        guard let query, !query.isEmpty else { return "0" }
        guard query.hasPrefix("db="), !query.contains("&") else {
            throw Self.invalid("after ? only db=<number> may stand")
        }
        return query.dropFirst(3)
    }

    private static func database(_ text: Substring) throws(RedisError) -> Int {
        guard let number = Int(text), (0...65535).contains(number) else {
            throw Self.invalid("its database must be a number")
        }
        return number
    }

    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                throw Self.invalid("% must be followed by two hex digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Self.invalid("an escaped part is not text")
        }
        return decoded
    }
}
