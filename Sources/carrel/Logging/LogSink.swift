import Dispatch
import Foundation
import Synchronization

/// Writes log lines to standard output without making the one who logs wait.
///
/// Lines gather in memory while a write is under way. When the reader of the output is too slow and 4 MiB have
/// gathered, further lines are dropped, and a line says how many.
final class LogSink: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var dropped = 0
        /// How many were dropped since the beginning.
        var droppedInAll = 0
        var isScheduled = false
    }

    private static let bound = 4 << 20
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "carrel.log")
    private let output: @Sendable ([UInt8]) -> Void

    /// Gathers lines for an output.
    ///
    /// - Parameter output: writes bytes, and may take its time.
    init(output: @escaping @Sendable ([UInt8]) -> Void = { LogSink.writeAll($0) }) {
        self.output = output
    }

    /// How many lines nobody will see.
    var dropped: Int { self.state.withLock { $0.droppedInAll } }

    func write(_ line: [UInt8]) {
        let schedules = self.state.withLock { state -> Bool in
            guard state.bytes.count + line.count <= Self.bound else {
                state.dropped += 1
                state.droppedInAll += 1
                return false
            }
            state.bytes.append(contentsOf: line)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if schedules { self.queue.async { self.drain() } }
    }

    /// Returns when everything written so far is out.
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
                // Nobody reads the log any more: there is nobody left to tell.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
                if rest.isEmpty { return }
            }
        }
    }
}
