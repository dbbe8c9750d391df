import Encodings
import Foundation
import Logging

/// Writes each log event as one line, as JSON or as text for a terminal.
///
/// The message and every value are cut to 512 bytes: they may repeat what a client has sent.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let label: String
    private let isJSON: Bool
    private let sink: LogSink
    private static let mostBytes = 512

    init(label: String, level: Logger.Level, isJSON: Bool, sink: LogSink) {
        self.label = label
        self.logLevel = level
        self.isJSON = isJSON
        self.sink = sink
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { _, new in new } }
        if let own = event.metadata { metadata.merge(own) { _, new in new } }
        // Hummingbird's name; audit events use `request_id`.
        if let id = metadata.removeValue(forKey: "hb.request.id") { metadata["request_id"] = id }
        let fields = metadata.sorted { $0.key < $1.key }
        self.sink.write(self.isJSON ? self.json(event, fields) : self.text(event, fields))
    }

    private func json(_ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            writer.field("time", Self.time())
            writer.field("level", event.level.rawValue)
            writer.field("message", event.message.description.prefix(bytes: Self.mostBytes))
            writer.field("logger", self.label)
            for (key, value) in fields {
                writer.key(Self.reserved.contains(key) ? "\(key)_" : key)
                Self.write(value, to: &writer)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static let reserved: Set<String> = ["time", "level", "message", "logger"]

    private static func write(_ value: Logger.MetadataValue, to writer: inout JSONWriter) {
        switch value {
        case .array(let elements):
            writer.array(elements) { writer, element in Self.write(element, to: &writer) }
        case .dictionary(let fields):
            writer.object { writer in
                for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
                    writer.key(key)
                    Self.write(value, to: &writer)
                }
            }
        default: writer.value(value.description.prefix(bytes: Self.mostBytes))
        }
    }

    /// Control characters become spaces, so that client input cannot forge a line.
    private func text(_ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        let metadata = fields.map { "\($0.key)=\(Self.printable($0.value.description))" }.joined(separator: " ")
        let line = "\(Self.time()) \(event.level.rawValue) \(Self.printable(event.message.description)) \(metadata)\n"
        return Array(line.utf8)
    }

    private static func printable(_ text: String) -> String {
        let scalars = text.prefix(bytes: Self.mostBytes).unicodeScalars
        return String(String.UnicodeScalarView(scalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    private static func time() -> String {
        Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
