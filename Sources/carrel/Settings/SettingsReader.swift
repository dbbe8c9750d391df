import Configuration

/// Reads settings one by one, remembers what it read, and collects what is wrong instead of stopping at the first.
struct SettingsReader {
    private let environment: ConfigReader
    private let file: ConfigReader
    private(set) var values: [SettingValue] = []
    private(set) var problems: [String] = []

    init(environment: ConfigReader, file: ConfigReader) {
        self.environment = environment
        self.file = file
    }

    /// The text of a setting; an empty one counts as not set.
    mutating func text(_ name: String, standard: String = "", isSecret: Bool = false) -> String {
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

    /// A setting that has to be understood first.
    ///
    /// - Parameter parse: gives `nil` for what it does not understand.
    mutating func value<Value>(
        _ name: String,
        standard: String,
        expected: String,
        parse: (String) -> Value?
    ) -> Value? {
        let text = self.text(name, standard: standard)
        if let value = parse(text) { return value }
        self.problems.append("\(name) is '\(text)', but must be \(expected).")
        return nil
    }

    /// The elements of a setting, separated by commas or spaces.
    mutating func list(_ name: String) -> [String] {
        self.text(name).split { $0 == "," || $0 == " " }.map(String.init)
    }

    mutating func reject(_ problem: String) {
        self.problems.append(problem)
    }
}
