/// Names, labels and numbers in Prometheus text format 0.0.4.
enum Exposition {
    /// Bucket bounds of durations, in seconds.
    static let seconds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Bucket bounds of sizes and counts.
    static let sizes = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    /// Replaces characters that are not allowed in a name by `_`.
    static func name(_ text: String) -> String {
        let name = String(text.unicodeScalars.map { Self.isNameScalar($0) ? Character($0) : "_" })
        return name.first.map { $0.isNumber } ?? true ? "_" + name : name
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ":": return true
        default: return false
        }
    }

    /// Labels sorted by name, without braces.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(Self.name(name).replacing(":", with: "_"))=\"\(escaped)\""
        }.joined(separator: ",")
    }

    static func braced(_ labels: String, and more: String? = nil) -> String {
        let all = [labels, more ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }

    static func help(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if value == -.infinity { return "-Inf" }
        if value.isNaN { return "NaN" }
        return Int64(exactly: value).map { String($0) } ?? String(value)
    }
}
