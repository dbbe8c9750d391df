import Dispatch
import Foundation
import Synchronization

/// Writes log lines to standard output without blocking the caller.
///
/// Lines are buffered during a write. When 4 MiB are buffered, further lines are dropped, and a log line reports how
/// many.
final class LogSink: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var dropped = 0
        var droppedInTotal = 0
        var isScheduled = false
    }

    private static let bufferSize = 4 << 20
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "carrel.log")
    private let output: @Sendable ([UInt8]) -> Void

    /// - Parameter output: writes bytes; may block.
    init(output: @escaping @Sendable ([UInt8]) -> Void = { LogSink.writeAll($0) }) {
        self.output = output
    }

    /// The number of dropped lines since startup.
    var dropped: Int { self.state.withLock { $0.droppedInTotal } }

    func write(_ line: [UInt8]) {
        let schedules = self.state.withLock { state -> Bool in
            guard state.bytes.count + line.count <= Self.bufferSize else {
                state.dropped += 1
                state.droppedInTotal += 1
                return false
            }
            state.bytes.append(contentsOf: line)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if schedules { self.queue.async { self.drain() } }
    }

    /// Returns when all lines so far are written.
    func flush() {
        self.queue.sync { self.drain() }
    }

    private func drain() {
        while true {
            let bytes = self.state.withLock { state -> [UInt8] in
                var bytes = state.bytes
                if state.dropped > 0 {
                    bytes += Array(#"{"level":"error","message":"Log lines dropped","count":\#(state.dropped)}"#.utf8)
                    bytes.append(UInt8(ascii: "\n"))
                    state.dropped = 0
                }
                state.bytes = []
                if bytes.isEmpty { state.isScheduled = false }
                return bytes
            }
            guard !bytes.isEmpty else { return }
            self.output(bytes)
        }
    }

    private static func writeAll(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress {
                let count = Foundation.write(STDOUT_FILENO, base, rest.count)
                if count < 0, errno == EINTR { continue }
                // The reader has closed the output.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
                if rest.isEmpty { return }
            }
        }
    }
}
