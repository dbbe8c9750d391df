/// All problems of the settings.
struct SettingsError: Error, CustomStringConvertible {
    let problems: [String]

    var description: String {
        let lines = self.problems.map { "  - \($0)" }.joined(separator: "\n")
        let count = self.problems.count
        return """
            \(count == 1 ? "A setting is" : "\(count) settings are") not usable:
            \(lines)
            'carrel config' shows every setting with its value and where it comes from.
            """
    }
}
