import Encodings
import MCPCore

extension ArgumentSchema {
    /// Validates a value.
    func problem(with value: JSONValue, at name: String = "arguments") -> String? {
        if !self.kinds.isEmpty, !self.kinds.contains(where: { $0.matches(value) }) {
            let expected = self.kinds.map(\.rawValue).joined(separator: " or ")
            return "'\(name)' must be of type \(expected)."
        }
        if !self.choices.isEmpty, !self.choices.contains(value) {
            let choices = self.choices.compactMap(\.stringValue).joined(separator: ", ")
            return "'\(name)' must be one of: \(choices)."
        }
        switch value {
        case .string(let text): return self.problem(withText: text, at: name)
        case .integer(let number): return self.problem(withNumber: Double(number), at: name)
        case .number(let number): return self.problem(withNumber: number, at: name)
        case .array(let elements): return self.problem(withElements: elements, at: name)
        case .object(let fields): return self.problem(withFields: fields, at: name)
        case .null, .bool: return nil
        }
    }

    private func problem(withText text: String, at name: String) -> String? {
        // Code points, as JSON Schema counts; bytes bound them cheaply.
        if let minimum = self.minimumLength, text.unicodeScalars.count < minimum {
            return minimum == 1 ? "'\(name)' must not be empty." : "'\(name)' must have at least \(minimum) characters."
        }
        if let maximum = self.maximumLength, text.utf8.count > maximum, text.unicodeScalars.count > maximum {
            return "'\(name)' must have at most \(maximum) characters."
        }
        return nil
    }

    private func problem(withNumber number: Double, at name: String) -> String? {
        if let minimum = self.minimum, number < minimum { return "'\(name)' must be at least \(Self.words(minimum))." }
        if let maximum = self.maximum, number > maximum { return "'\(name)' must be at most \(Self.words(maximum))." }
        return nil
    }

    private func problem(withElements elements: [JSONValue], at name: String) -> String? {
        if let maximum = self.maximumItems, elements.count > maximum {
            return "'\(name)' must have at most \(maximum) elements."
        }
        guard let schema = self.items.first else { return nil }
        for (index, element) in elements.enumerated() {
            if let problem = schema.problem(with: element, at: "\(name)[\(index)]") { return problem }
        }
        return nil
    }

    private func problem(withFields fields: JSONObject, at name: String) -> String? {
        for required in self.required where fields[required] == nil {
            return "'\(required)' is required."
        }
        for (key, value) in fields {
            if let schema = self.properties[key] {
                // Clients send null for what they leave out.
                if value == .null, !self.required.contains(key) { continue }
                if let problem = schema.problem(with: value, at: key) { return problem }
            } else if !self.allowsOthers {
                let known = self.properties.keys.sorted().joined(separator: ", ")
                return "'\(key.prefix(bytes: 100))' is not known. Known: \(known.isEmpty ? "none" : known)."
            }
        }
        return nil
    }

    private static func words(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? String(number)
    }
}

extension ArgumentSchema.Kind {
    fileprivate func matches(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.string, .string), (.boolean, .bool), (.array, .array), (.object, .object), (.null, .null),
            (.number, .integer), (.number, .number), (.integer, .integer):
            return true
        case (.integer, .number(let number)): return Int64(exactly: number) != nil
        default: return false
        }
    }
}
