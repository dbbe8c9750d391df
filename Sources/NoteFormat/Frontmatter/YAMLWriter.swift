internal import Encodings

/// Writes one key and its value as YAML that readers of YAML 1.1 and 1.2 understand alike.
struct YAMLWriter {
    private(set) var text = ""
    private let newline: String

    init(newline: String) { self.newline = newline }

    /// Writes `key: value`, with the line's end.
    static func entry(_ key: String, _ value: JSONValue, newline: String) -> String {
        var writer = YAMLWriter(newline: newline)
        writer.entry(key, value, indent: 0)
        return writer.text
    }

    private mutating func entry(_ key: String, _ value: JSONValue, indent: Int) {
        self.text += String(repeating: " ", count: indent) + Self.scalar(key) + ":"
        switch value {
        case .array(let elements) where !elements.isEmpty:
            self.text += self.newline
            for element in elements {
                self.text += String(repeating: " ", count: indent + 2) + "- " + Self.inline(element) + self.newline
            }
        case .object(let object) where !object.isEmpty:
            self.text += self.newline
            for (key, value) in object { self.entry(key, value, indent: indent + 2) }
        default:
            self.text += " " + Self.inline(value) + self.newline
        }
    }

    /// A value on one line; lists and objects as JSON has them, which is YAML too.
    private static func inline(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): "[" + elements.map { self.flow($0) }.joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.map { self.quoted($0.key) + ": " + self.flow($0.value) }.joined(separator: ", ") + "}"
        default: self.scalar(value)
        }
    }

    private static func flow(_ value: JSONValue) -> String {
        if case .string(let text) = value { return self.quoted(text) }
        return self.inline(value)
    }

    private static func scalar(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): self.scalar(text)
        case .array, .object: self.inline(value)
        }
    }

    private static func scalar(_ text: String) -> String {
        if RFC3339.milliseconds(text) != nil { return text }
        return self.isPlain(text) ? text : self.quoted(text)
    }

    /// Whether a text can stand without quotes; rather too strict than too lax.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || self.isDigit(first),
            text.utf8.count <= 200, text.utf8.last != 0x20, !PlainScalar.isAmbiguous(text)
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || self.isDigit(scalar) || " _-/.()+".unicodeScalars.contains(scalar)
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x0A: result += "\\n"
            case 0x0D: result += "\\r"
            case 0x09: result += "\\t"
            case 0..<0x20, 0x7F...0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
