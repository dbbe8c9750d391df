package import Logging

/// Writes audit events as log lines: a constant sentence, and the fields as metadata.
package struct LogAuditTrail: AuditTrail {
    private let worker: String
    private let logger: Logger

    /// - Parameter worker: the name of this worker, in every record.
    package init(worker: String, logger: Logger) {
        self.worker = worker
        self.logger = logger
    }

    package func record(_ event: AuditEvent) {
        self.log(event.name, event.fields(worker: self.worker))
    }

    func log(_ entry: AuditEntry) {
        guard let name = entry[.event].flatMap({ AuditEvent.Name(rawValue: $0) }) else { return }
        self.log(name, entry.fields)
    }

    func log(_ name: AuditEvent.Name, _ fields: [String: String]) {
        self.logger.log(
            level: name.level,
            "\(name.sentence)",
            metadata: Logger.Metadata(uniqueKeysWithValues: fields.map { ($0.key, "\($0.value)") })
        )
    }
}
