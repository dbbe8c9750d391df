import ArgumentParser
import Logging

/// `carrel serve`: runs one worker.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one worker until SIGTERM or Ctrl-C."
    )

    func run() async throws {
        Allocator.returnMemory()
        let settings = try await Command.settings()
        let sink = LogSink()
        defer { sink.flush() }
        LoggingSystem.bootstrap { label in
            LineLogHandler(
                label: label,
                level: settings.logging.level,
                isJSON: settings.logging.isJSON,
                sink: sink
            )
        }
        let logger = Logger(label: "carrel")
        do {
            try await Worker(settings, logger: logger, droppedLogLines: { sink.dropped }).run()
        } catch let error as SettingsError {
            throw Command.failure("\(error)", code: Command.configurationExit)
        } catch {
            logger.critical("The worker cannot run", metadata: ["error": "\(error)"])
            throw ExitCode.failure
        }
    }
}
