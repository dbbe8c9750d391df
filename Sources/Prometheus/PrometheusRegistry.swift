package import CoreMetrics
import Synchronization

/// Collects metrics and exposes them in Prometheus text format 0.0.4.
///
/// Metrics with the same name and labels share one series. If a name is registered with another kind, the first kind is
/// kept, and the later metric is not exposed.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    private let help: [String: String]
    private let families = Mutex<[String: Family]>([:])

    package enum Kind: String, Sendable {
        case counter
        case gauge
    }

    /// All series of one name.
    private struct Family {
        let kind: String
        var series: [String: any Series] = [:]
    }

    /// - Parameter help: `# HELP` texts by metric name.
    package init(help: [String: String] = [:]) {
        self.help = help
    }

    /// Registers a value that is read at each exposition.
    ///
    /// - Parameter read: must not block; `nil` omits the series.
    package func observe(
        _ name: String,
        as kind: Kind,
        dimensions: [(String, String)] = [],
        read: @escaping @Sendable () -> Double?
    ) {
        _ = self.series(name, dimensions, kind: kind.rawValue) { ReadSeries(read: read) }
    }

    /// All metrics, sorted by name and labels.
    package func expose() -> [UInt8] {
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

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.series(label, dimensions, kind: "counter") { CounterSeries() }
    }

    /// A gauge, or with `aggregate` a histogram.
    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return self.series(label, dimensions, kind: "gauge") { GaugeSeries() } }
        return self.series(label, dimensions, kind: "histogram") { HistogramSeries(bounds: Exposition.sizes) }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(label, dimensions, kind: "gauge") { GaugeSeries() }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.series(label, dimensions, kind: "histogram") { HistogramSeries(bounds: Exposition.seconds) }
    }

    /// Does nothing: series are exposed until the process exits.
    package func destroyCounter(_: any CounterHandler) {}
    package func destroyRecorder(_: any RecorderHandler) {}
    package func destroyMeter(_: any MeterHandler) {}
    package func destroyTimer(_: any TimerHandler) {}
}
