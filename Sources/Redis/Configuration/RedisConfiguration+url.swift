import Encodings

extension RedisConfiguration {
    /// Parses a URL.
    ///
    /// - `redis://[[user]:password@]host[:port][/database]`, and `rediss://` for TLS
    /// - `unix://[[user]:password@]/path[?db=database]`
    /// - `redis+sentinel://[[user]:password@]host[:port],…/master[/database][?sentinel_password=password]`, and
    ///   `rediss+sentinel://`; the default port of a Sentinel is 26379
    /// - `redis+cluster://[[user]:password@]host[:port],…`, and `rediss+cluster://`
    ///
    /// - Throws: ``RedisError`` with `.invalidURL`; the message never contains the password.
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
        case "redis", "rediss": try self.init(server: rest, query)
        case "unix": try self.init(socket: rest, query)
        case "redis+sentinel", "rediss+sentinel": try self.init(sentinels: rest, query)
        case "redis+cluster", "rediss+cluster": try self.init(cluster: rest, query)
        default: throw Self.invalid("its scheme must be redis, rediss, unix, redis+sentinel or redis+cluster")
        }
        if scheme.hasPrefix("rediss") { self.tls = RedisTLS() }
        self.username = user.name
        self.password = user.password
    }

    private init(server text: Substring, _ query: RedisURLQuery) throws(RedisError) {
        let (host, path) = Self.split(text, at: "/")
        self.init(.standalone(try Self.endpoint(host, defaultPort: 6379)))
        self.database = try Self.database(path, query)
        try query.checkNames("db")
    }

    private init(socket path: Substring, _ query: RedisURLQuery) throws(RedisError) {
        guard path.hasPrefix("/") else { throw Self.invalid("a socket's path must begin with /") }
        self.init(.standalone(.unix(path: try Self.decoded(path))))
        self.database = try Self.database(nil, query)
        try query.checkNames("db")
    }

    private init(sentinels text: Substring, _ query: RedisURLQuery) throws(RedisError) {
        let (hosts, path) = Self.split(text, at: "/")
        let (master, database) = Self.split(path ?? "", at: "/")
        guard !master.isEmpty else { throw Self.invalid("/ and the master's name must follow the Sentinels") }
        self.init(.sentinel(try Self.endpoints(hosts, defaultPort: 26379), master: try Self.decoded(master)))
        self.database = try Self.database(database, query)
        self.sentinelPassword = try query["sentinel_password"].map { text throws(RedisError) in
            try Self.decoded(text)
        }
        try query.checkNames("db", "sentinel_password")
    }

    private init(cluster text: Substring, _ query: RedisURLQuery) throws(RedisError) {
        let (hosts, path) = Self.split(text, at: "/")
        guard (path ?? "").isEmpty || path == "0" else { throw Self.invalid("a Cluster has only database 0") }
        self.init(.cluster(try Self.endpoints(hosts, defaultPort: 6379)))
        try query.checkNames()
    }

    static func invalid(_ what: String) -> RedisError {
        RedisError(.invalidURL, "the URL is invalid: \(what)")
    }
}

extension RedisConfiguration {
    private static func split(_ text: Substring, at mark: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Removes `user:password@` from the front.
    private static func credentials(
        _ rest: inout Substring,
        endsAtSlash: Bool
    ) throws(RedisError) -> (name: String?, password: String?) {
        let authority = endsAtSlash ? rest.prefix { $0 != "/" } : rest
        guard let mark = authority.lastIndex(of: "@") else { return (nil, nil) }
        let (name, password) = Self.split(rest[..<mark], at: ":")
        rest = rest[rest.index(after: mark)...]
        guard let password else { throw Self.invalid("user:password or :password must precede @") }
        return (name.isEmpty ? nil : try Self.decoded(name), try Self.decoded(password))
    }

    private static func endpoints(_ text: Substring, defaultPort: Int) throws(RedisError) -> [RedisEndpoint] {
        var endpoints: [RedisEndpoint] = []
        for host in text.split(separator: ",", omittingEmptySubsequences: false) {
            endpoints.append(try Self.endpoint(host, defaultPort: defaultPort))
        }
        return endpoints
    }

    private static func endpoint(_ text: Substring, defaultPort: Int) throws(RedisError) -> RedisEndpoint {
        guard let address = HostPort(text) else {
            throw Self.invalid("its host must be a name or an address, and its port a number from 1 to 65535")
        }
        let host = address.host.hasPrefix("[") ? String(address.host.dropFirst().dropLast()) : address.host
        guard !host.isEmpty, !host.contains(where: { $0 == " " || $0 == "[" || $0 == "]" }) else {
            throw Self.invalid("its host is missing or invalid")
        }
        return .tcp(host: host, port: address.port ?? defaultPort)
    }

    private static func database(_ path: Substring?, _ query: RedisURLQuery) throws(RedisError) -> Int {
        guard let text = path.flatMap({ $0.isEmpty ? nil : $0 }) ?? query["db"] else { return 0 }
        guard let number = Int(text), (0...65535).contains(number) else {
            throw Self.invalid("its database must be a number")
        }
        return number
    }

    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        guard let decoded = PercentEncoding.decode(text), !decoded.utf8.contains(0) else {
            throw Self.invalid("% must be followed by two hex digits, and the decoded text must be UTF-8")
        }
        return decoded
    }
}
