import Configuration
import Identity
import Redis

/// Reads settings, records their values, and collects all problems instead of stopping at the first.
struct SettingsReader {
    private let environment: ConfigReader
    private let file: ConfigReader
    private(set) var values: [SettingValue] = []
    private(set) var problems: [String] = []

    init(environment: ConfigReader, file: ConfigReader) {
        self.environment = environment
        self.file = file
    }

    /// An empty value counts as not set.
    mutating func text(_ name: String, default standard: String = "", isSecret: Bool = false) -> String {
        let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
        var value = standard
        var source = SettingValue.Source.standard
        if let found = self.environment.string(forKey: key, isSecret: isSecret), !found.isEmpty {
            (value, source) = (found, .environment)
        } else if let found = self.file.string(forKey: key, isSecret: isSecret), !found.isEmpty {
            (value, source) = (found, .file)
        }
        self.values.append(
            SettingValue(name: name, value: value, standard: standard, source: source, isSecret: isSecret)
        )
        return value
    }

    /// A setting without default; `nil` if it is not set.
    mutating func optionalText(_ name: String, isSecret: Bool = false) -> String? {
        let text = self.text(name, isSecret: isSecret)
        return text.isEmpty ? nil : text
    }

    /// A parsed setting; an invalid value is recorded as a problem and replaced by the default.
    ///
    /// - Parameter parse: throws an error that completes "NAME is 'value', but …"; must accept the default.
    mutating func value<Value>(
        _ name: String,
        default standard: String,
        parse: (String) throws -> Value
    ) -> Value {
        let text = self.text(name, default: standard)
        do {
            return try parse(text)
        } catch {
            self.problems.append("\(name) is '\(text)', but \(error).")
        }
        do {
            return try parse(standard)
        } catch {
            preconditionFailure("The default of \(name) is invalid: \(error).")
        }
    }

    /// - Parameter parse: `nil` for an invalid value.
    mutating func value<Value>(
        _ name: String,
        default standard: String,
        expected: String,
        parse: (String) -> Value?
    ) -> Value {
        self.value(name, default: standard) { text in
            guard let value = parse(text) else { throw SettingProblem("must be \(expected)") }
            return value
        }
    }

    /// Records an error as a problem of a setting, without its value, which may be secret.
    @discardableResult
    mutating func check<Value>(_ name: String, _ work: () throws -> Value) -> Value? {
        do {
            return try work()
        } catch let error as IdentityError {
            self.problems.append("\(name) cannot be used: \(error.message)")
        } catch let error as RedisError {
            self.problems.append("\(name) cannot be used: \(error.message)")
        } catch {
            self.problems.append("\(name) cannot be used: \(error)")
        }
        return nil
    }

    mutating func reject(_ problem: String) {
        self.problems.append(problem)
    }
}
