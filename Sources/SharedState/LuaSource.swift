import Redis

/// The source of a script together with the parts that it requires.
///
/// The first line of a file may name parts, such as `-- requires: clock limits`; each is put in front once, after what it
/// requires itself.
struct LuaSource {
    private static let keyword = "-- requires: "
    private static let parts = LuaSource(parts: [
        "clock": PackageResources.clock_lua,
        "limits": PackageResources.limits_lua,
        "sequence": PackageResources.sequence_lua,
        "sessions": PackageResources.sessions_lua,
    ])

    private let parts: [String: [UInt8]]

    init(parts: [String: [UInt8]]) {
        self.parts = parts
    }

    /// The script of a file.
    static func script(_ file: [UInt8], constants: KeyValuePairs<String, Int64> = [:]) -> RedisScript {
        RedisScript(Self.parts.resolve(file), constants: constants)
    }

    /// The file behind everything that it requires.
    func resolve(_ file: [UInt8]) -> [UInt8] {
        var loaded: Set<String> = []
        return self.resolve(file, loaded: &loaded)
    }

    private func resolve(_ file: [UInt8], loaded: inout Set<String>) -> [UInt8] {
        var source: [UInt8] = []
        for name in Self.requirements(of: file) where loaded.insert(name).inserted {
            guard let part = self.parts[name] else { preconditionFailure("No Lua part has the name \(name).") }
            source += self.resolve(part, loaded: &loaded)
        }
        return source + file
    }

    /// The names on the first line.
    static func requirements(of file: [UInt8]) -> [String] {
        let line = String(decoding: file.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard line.hasPrefix(Self.keyword) else { return [] }
        return line.dropFirst(Self.keyword.count).split(separator: " ").map(String.init)
    }
}
