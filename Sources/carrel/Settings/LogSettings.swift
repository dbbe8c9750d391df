import Foundation
import Logging

/// Level and format of the log.
struct LogSettings: Sendable {
    let level: Logger.Level
    /// JSON lines, or text for a terminal.
    let isJSON: Bool

    init(reading reader: inout SettingsReader) {
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        self.level = reader.value("LOG_LEVEL", default: "info", expected: "one of \(levels)") {
            Logger.Level(rawValue: $0.lowercased())
        }
        let standard = isatty(STDOUT_FILENO) == 1 ? "text" : "json"
        self.isJSON = reader.value("LOG_FORMAT", default: standard, expected: "json or text") {
            ["json": true, "text": false][$0]
        }
    }
}
