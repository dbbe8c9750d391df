public import CoreMetrics
import Synchronization

/// Keeps metrics and prints them in Prometheus' text format, version 0.0.4.
///
/// Metrics with the same name and labels are one. A name that has been taken by another kind of metric keeps its kind:
/// the later one counts into nothing that is printed.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    private let help: [String: String]
    private let families = Mutex<[String: Family]>([:])

    /// What a number that is read when it is printed counts as.
    public enum Kind: String, Sendable {
        /// It only grows while the process lives.
        case counter
        /// It goes up and down.
        case gauge
    }

    /// All metrics of one name.
    private struct Family {
        let kind: String
        var series: [String: any Series] = [:]
    }

    /// Begins with no metrics.
    ///
    /// - Parameter help: a sentence on what a metric counts, by its name.
    public init(help: [String: String] = [:]) {
        self.help = help
    }

    /// Prints a number that is read anew each time.
    ///
    /// - Parameter read: gives the number without waiting for anything; `nil` prints nothing.
    public func observe(
        _ name: String,
        as kind: Kind,
        dimensions: [(String, String)] = [],
        read: @escaping @Sendable () -> Double?
    ) {
        _ = self.series(name, dimensions, kind: kind.rawValue) { ReadSeries(read: read) }
    }

    /// All metrics, by name and labels.
    public func expose() -> [UInt8] {
        let families = self.families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            if let help = self.help[name] { text += "# HELP \(name) \(Exposition.help(help))\n" }
            text += "# TYPE \(name) \(family.kind)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name: name, labels: labels, to: &text)
            }
        }
        return Array(text.utf8)
    }

    private func series<S: Series>(_ label: String, _ dimensions: [(String, String)], kind: String, make: () -> S) -> S
    {
        let name = Exposition.name(label)
        let labels = Exposition.labels(dimensions)
        return self.families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            if let known = family.series[labels] as? S { return known }
            let series = make()
            guard family.kind == kind else { return series }
            family.series[labels] = series
            families[name] = family
            return series
        }
    }

    /// A counter of whole steps.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.series(label, dimensions, kind: "counter") { CounterSeries() }
    }

    /// A gauge, or a histogram where values are to be counted.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return self.series(label, dimensions, kind: "gauge") { GaugeSeries() } }
        return self.series(label, dimensions, kind: "histogram") { HistogramSeries(bounds: Exposition.sizes) }
    }

    /// A gauge that goes up and down.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(label, dimensions, kind: "gauge") { GaugeSeries() }
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.series(label, dimensions, kind: "histogram") { HistogramSeries(bounds: Exposition.seconds) }
    }

    /// Metrics stay: what has been counted is printed until the process ends.
    public func destroyCounter(_: any CounterHandler) {}
    /// Metrics stay.
    public func destroyRecorder(_: any RecorderHandler) {}
    /// Metrics stay.
    public func destroyMeter(_: any MeterHandler) {}
    /// Metrics stay.
    public func destroyTimer(_: any TimerHandler) {}
}
