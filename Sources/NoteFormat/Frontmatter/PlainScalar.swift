internal import Encodings

/// What an unquoted YAML value stands for, by the core schema of YAML 1.2.
enum PlainScalar {
    static func value(of text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: return self.number(text) ?? .string(text)
        }
    }

    /// Whether any reader, of YAML 1.1 or 1.2, would take the text for something else than itself.
    static func isAmbiguous(_ text: String) -> Bool {
        if case .string = self.value(of: text) {} else { return true }
        switch text.lowercased() {
        case "y", "n", "yes", "no", "on", "off", "=", "<<": return true
        default: break
        }
        // YAML 1.1 has more numbers: 1_000, 0b1, 1:30.
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return false }
        return text.utf8.allSatisfy { "0123456789_:.+-xboabcdefABCDEF".utf8.contains($0) }
    }

    private static func number(_ text: String) -> JSONValue? {
        let digits = text.utf8
        guard let first = digits.first, "+-.0123456789".utf8.contains(first), digits.count <= 64 else { return nil }
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16).map { .integer($0) } }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8).map { .integer($0) } }
        let unsigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-") ? digits.dropFirst() : digits[...]
        if !unsigned.isEmpty, unsigned.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
            if let whole = Int64(text) { return .integer(whole) }
        }
        // Double reads more than YAML writes, such as "0x1p3" and "infinity".
        guard digits.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }),
            unsigned.contains(where: { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        return Double(text).map { .number($0) }
    }
}
