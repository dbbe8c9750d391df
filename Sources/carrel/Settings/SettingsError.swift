/// All that is wrong with the settings, in one error.
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
