/// What a value must be, to complete the sentence "NAME is 'value', but …".
struct SettingProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
