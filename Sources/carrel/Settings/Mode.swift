/// How a worker is deployed.
enum Mode: String, Sendable {
    /// One worker on one machine.
    case local
    /// Many users, any number of workers.
    case space

    init(reading reader: inout SettingsReader) {
        // Set by Hugging Face.
        let isSpace = !reader.text("SPACE_ID").isEmpty
        self = reader.value("MODE", default: isSpace ? "space" : "local", expected: "local or space") {
            Mode(rawValue: $0)
        }
    }
}
