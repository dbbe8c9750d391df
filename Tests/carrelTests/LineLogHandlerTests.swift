import Encodings
import Logging
import MCPCore
import Synchronization
import Testing

@testable import carrel

struct LineLogHandlerTests {
    private func written(isJSON: Bool, _ body: (Logger) -> Void) -> String {
        let bytes = Captured()
        let sink = LogSink { bytes.append($0) }
        let logger = Logger(label: "test") { label in
            LineLogHandler(label: label, level: .info, isJSON: isJSON, sink: sink)
        }
        body(logger)
        sink.flush()
        return String(decoding: bytes.all, as: UTF8.self)
    }

    private final class Captured: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        var all: [UInt8] { self.bytes.withLock { $0 } }

        func append(_ more: [UInt8]) {
            self.bytes.withLock { $0 += more }
        }
    }

    @Test func anEventIsOneLineOfJSON() throws {
        let text = self.written(isJSON: true) { logger in
            logger.info("Said \"hello\"\n", metadata: ["user_id": "al\nice", "message": "x", "list": ["a", "b"]])
            logger.debug("Below the log level")
        }
        #expect(text.hasSuffix("\n"))
        let lines = text.split(separator: "\n")
        #expect(lines.count == 1)
        let json = try JSONParser.parse(Array(lines[0].utf8))
        #expect(json["message"] == "Said \"hello\"\n")
        #expect(json["level"] == "info")
        #expect(json["logger"] == "test")
        #expect(json["user_id"] == "al\nice")
        #expect(json["message_"] == "x")
        #expect(json["list"] == ["a", "b"])
        #expect(json["time"]?.stringValue?.hasSuffix("Z") == true)
    }

    @Test func clientInputCannotForgeALine() {
        let text = self.written(isJSON: false) { logger in
            logger.warning("Rejected", metadata: ["path": "a\n2026-01-01T00:00:00Z info Fine\u{1b}[0m"])
        }
        #expect(text.split(separator: "\n").count == 1)
        #expect(!text.contains("\u{1b}"))
        #expect(text.contains("warning Rejected path=a 2026"))
    }

    @Test(arguments: [true, false])
    func whatAClientSentIsCutByItsBytes(isJSON: Bool) {
        let long = "a" + String(repeating: "\u{301}", count: 1_900_000)
        let text = self.written(isJSON: isJSON) { logger in
            logger.info("\(long)", metadata: ["path": "\(long)", "list": ["\(long)"]])
        }
        #expect(text.utf8.count < 2048)
        #expect(text.contains(String(decoding: long.utf8.prefix(511), as: UTF8.self)))
    }

    @Test func linesAreDroppedAndCountedWhenOutputIsSlow() {
        let bytes = Captured()
        let gate = Mutex(())
        let line = Array((String(repeating: "x", count: 1023) + "\n").utf8)
        let sink = LogSink { written in
            gate.withLock { _ in bytes.append(written) }
        }
        gate.withLock { _ in
            for _ in 0..<10_000 { sink.write(line) }
        }
        sink.flush()
        let text = String(decoding: bytes.all, as: UTF8.self)
        #expect(text.contains("Log lines dropped"))
        #expect(bytes.all.count < 9 << 20)
    }
}
