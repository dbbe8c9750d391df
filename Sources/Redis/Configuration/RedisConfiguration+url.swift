extension RedisConfiguration {
    /// Reads a URL.
    ///
    /// - `redis://[[user]:password@]host[:port][/database]`, and `rediss://` for TLS
    /// - `unix://[[user]:password@]/path[?db=database]`
    /// - `redis+sentinel://[[user]:password@]host[:port],…/master[/database][?sentinel_password=password]`, and
    ///   `rediss+sentinel://`; the port of a Sentinel is 26379 where none is given
    /// - `redis+cluster://[[user]:password@]host[:port],…`, and `rediss+cluster://`
    ///
    /// - Throws: ``RedisError`` with `.invalidURL` saying what is wrong, never the password.
    package init(url: String) throws(RedisError) {
        guard let separator = url.firstRange(of: "://") else {
            throw Self.invalid("it must begin with redis://, rediss:// or unix://")
        }
        let scheme = url[..<separator.lowerBound].lowercased()
        var rest = url[separator.upperBound...]
        guard !rest.contains("#") else { throw Self.invalid("it has a fragment; write # as %23") }
        var query = RedisURLQuery()
        if let mark = rest.firstIndex(of: "?") {
            query = try RedisURLQuery(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        let user = try Self.credentials(&rest, endsAtSlash: scheme != "unix")
        switch scheme {
        case "redis", "rediss":
            let (host, path) = Self.split(rest, at: "/")
            self.init(.standalone(try Self.host(host, port: 6379)))
            self.database = try Self.database(path, query)
            try query.checkNames("db")
        case "unix":
            guard rest.hasPrefix("/") else { throw Self.invalid("a socket's path must begin with /") }
            self.init(.standalone(.unix(path: try Self.decoded(rest))))
            self.database = try Self.database(nil, query)
            try query.checkNames("db")
        case "redis+sentinel", "rediss+sentinel":
            let (hosts, path) = Self.split(rest, at: "/")
            let (master, database) = Self.split(path ?? "", at: "/")
            guard !master.isEmpty else { throw Self.invalid("after the Sentinels must stand / and the master's name") }
            self.init(.sentinel(try Self.hosts(hosts, port: 26379), master: try Self.decoded(master)))
            self.database = try Self.database(database, query)
            self.sentinelPassword = try query["sentinel_password"].map { text throws(RedisError) in
                try Self.decoded(text)
            }
            try query.checkNames("db", "sentinel_password")
        case "redis+cluster", "rediss+cluster":
            let (hosts, path) = Self.split(rest, at: "/")
            guard (path ?? "").isEmpty || path == "0" else { throw Self.invalid("a Cluster has only the database 0") }
            self.init(.cluster(try Self.hosts(hosts, port: 6379)))
            try query.checkNames()
        default:
            throw Self.invalid("its scheme must be redis, rediss, unix, redis+sentinel or redis+cluster")
        }
        if scheme.hasPrefix("rediss") { self.tls = RedisTLS() }
        self.username = user.name
        self.password = user.password
    }

    private static func hosts(_ text: Substring, port: Int) throws(RedisError) -> [RedisEndpoint] {
        var endpoints: [RedisEndpoint] = []
        for host in text.split(separator: ",", omittingEmptySubsequences: false) {
            endpoints.append(try Self.host(host, port: port))
        }
        return endpoints
    }

    static func invalid(_ what: String) -> RedisError {
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

    private static func host(_ text: Substring, port standard: Int) throws(RedisError) -> RedisEndpoint {
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
        guard let port else { return .tcp(host: String(host), port: standard) }
        guard let number = Int(port), (1...65535).contains(number) else {
            throw Self.invalid("its port must be a number from 1 to 65535")
        }
        return .tcp(host: String(host), port: number)
    }

    private static func database(_ path: Substring?, _ query: RedisURLQuery) throws(RedisError) -> Int {
        guard let text = path.flatMap({ $0.isEmpty ? nil : $0 }) ?? query["db"] else { return 0 }
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
