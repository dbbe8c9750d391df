import CoreMetrics
import Metrics
import Prometheus
import Synchronization
import Testing

struct PrometheusRegistryTests {
    @Test func metricsAreSortedByNameAndLabels() {
        let registry = PrometheusRegistry()
        Counter(label: "b_total", dimensions: [("x", "2")], factory: registry).increment(by: 2)
        Counter(label: "b_total", dimensions: [("x", "1")], factory: registry).increment()
        Counter(label: "b_total", dimensions: [("x", "1")], factory: registry).increment()
        Gauge(label: "a", factory: registry).record(1.5)
        let text = String(decoding: registry.expose(), as: UTF8.self)
        #expect(
            text == """
                # TYPE a gauge
                a 1.5
                # TYPE b_total counter
                b_total{x="1"} 2
                b_total{x="2"} 2

                """
        )
    }

    @Test func durationsAreInSeconds() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "t_seconds", dimensions: [("m", "x")], factory: registry)
        timer.recordNanoseconds(700_000)
        timer.recordNanoseconds(30_000_000_000)
        let text = String(decoding: registry.expose(), as: UTF8.self)
        #expect(text.contains(#"t_seconds_bucket{m="x",le="0.0005"} 0"#))
        #expect(text.contains(#"t_seconds_bucket{m="x",le="0.001"} 1"#))
        #expect(text.contains(#"t_seconds_bucket{m="x",le="10"} 1"#))
        #expect(text.contains(#"t_seconds_bucket{m="x",le="+Inf"} 2"#))
        #expect(text.contains(#"t_seconds_count{m="x"} 2"#))
        #expect(text.contains(#"t_seconds_sum{m="x"} 30.0007"#))
    }

    @Test func namesAndLabelsAreSanitized() {
        let registry = PrometheusRegistry()
        Counter(label: "1 bad-näme", dimensions: [("a-b", "q\"\\\nx")], factory: registry).increment()
        let text = String(decoding: registry.expose(), as: UTF8.self)
        #expect(text.contains(#"_1_bad_n_me{a_b="q\"\\\nx"} 1"#))
    }

    @Test func anotherKindOfTheSameNameIsNotExposed() {
        let registry = PrometheusRegistry()
        Counter(label: "x", factory: registry).increment()
        Gauge(label: "x", factory: registry).record(5)
        let text = String(decoding: registry.expose(), as: UTF8.self)
        #expect(text == "# TYPE x counter\nx 1\n")
    }

    @Test func concurrentIncrementsAreAllCounted() async {
        let registry = PrometheusRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 { Counter(label: "n_total", factory: registry).increment() }
                }
            }
        }
        let text = String(decoding: registry.expose(), as: UTF8.self)
        #expect(text == "# TYPE n_total counter\nn_total 80000\n")
    }

    @Test func observedValuesAreReadAtExposition() {
        let registry = PrometheusRegistry(help: ["x": "What x\nis."])
        let value = Atomic(0)
        registry.observe("x", as: .gauge, dimensions: [("a", "b")]) {
            let value = value.load(ordering: .relaxed)
            return value == 0 ? nil : Double(value)
        }
        let before = String(decoding: registry.expose(), as: UTF8.self)
        value.store(3, ordering: .relaxed)
        let after = String(decoding: registry.expose(), as: UTF8.self)
        #expect(before == "# HELP x What x\\nis.\n# TYPE x gauge\n")
        #expect(after == before + "x{a=\"b\"} 3\n")
    }
}
