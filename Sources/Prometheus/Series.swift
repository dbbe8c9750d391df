import CoreMetrics
import Synchronization

/// One metric with one set of labels.
protocol Series: AnyObject, Sendable {
    func write(name: String, labels: String, to text: inout String)
}

final class CounterSeries: Series, CounterHandler {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        self.count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        self.count.store(0, ordering: .relaxed)
    }

    func write(name: String, labels: String, to text: inout String) {
        text += "\(name)\(Exposition.braced(labels)) \(self.count.load(ordering: .relaxed))\n"
    }
}

final class GaugeSeries: Series, RecorderHandler, MeterHandler {
    private let value = Mutex(0.0)

    func record(_ value: Int64) {
        self.set(Double(value))
    }

    func record(_ value: Double) {
        self.set(value)
    }

    func set(_ value: Int64) {
        self.set(Double(value))
    }

    func set(_ value: Double) {
        self.value.withLock { $0 = value }
    }

    func increment(by amount: Double) {
        self.value.withLock { $0 += amount }
    }

    func decrement(by amount: Double) {
        self.value.withLock { $0 -= amount }
    }

    func write(name: String, labels: String, to text: inout String) {
        text += "\(name)\(Exposition.braced(labels)) \(Exposition.number(self.value.withLock { $0 }))\n"
    }
}

/// A value that a closure reads at each exposition.
final class ReadSeries: Series {
    private let read: @Sendable () -> Double?

    init(read: @escaping @Sendable () -> Double?) {
        self.read = read
    }

    func write(name: String, labels: String, to text: inout String) {
        guard let value = self.read() else { return }
        text += "\(name)\(Exposition.braced(labels)) \(Exposition.number(value))\n"
    }
}

final class HistogramSeries: Series, RecorderHandler, TimerHandler {
    private struct State {
        var counts: [Int64]
        var sum = 0.0
        var count: Int64 = 0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    func recordNanoseconds(_ duration: Int64) {
        self.record(Double(duration) / 1e9)
    }

    func record(_ value: Int64) {
        self.record(Double(value))
    }

    func record(_ value: Double) {
        let bucket = self.bounds.firstIndex { value <= $0 }
        self.state.withLock { state in
            if let bucket { state.counts[bucket] += 1 }
            state.sum += value
            state.count += 1
        }
    }

    func write(name: String, labels: String, to text: inout String) {
        let state = self.state.withLock { $0 }
        var sum: Int64 = 0
        for (bound, count) in zip(self.bounds, state.counts) {
            sum += count
            let labels = Exposition.braced(labels, and: "le=\"\(Exposition.number(bound))\"")
            text += "\(name)_bucket\(labels) \(sum)\n"
        }
        text += "\(name)_bucket\(Exposition.braced(labels, and: "le=\"+Inf\"")) \(state.count)\n"
        text += "\(name)_sum\(Exposition.braced(labels)) \(Exposition.number(state.sum))\n"
        text += "\(name)_count\(Exposition.braced(labels)) \(state.count)\n"
    }
}
