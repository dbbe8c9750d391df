import SharedState
import Testing

@testable import carrel

struct QuantitiesTests {
    @Test(arguments: [
        ("0", Duration.zero), ("500ms", .milliseconds(500)), ("30s", .seconds(30)), ("10m", .seconds(600)),
        ("24h", .seconds(86400)), ("7d", .seconds(604_800)),
    ])
    func durationsAreParsed(text: String, expected: Duration) {
        #expect(Quantities.duration(text) == expected)
    }

    @Test(arguments: ["", "7", "d", "-1s", "1.5h", "1 h", "7days", "99999999999s", "٣s"])
    func invalidDurationsAreRefused(text: String) {
        #expect(Quantities.duration(text) == nil)
    }

    @Test(arguments: [("1048576", 1 << 20), ("1MiB", 1 << 20), ("512KiB", 512 << 10), ("2GiB", 2 << 30)])
    func sizesAreParsed(text: String, expected: Int) {
        #expect(Quantities.bytes(text) == expected)
    }

    @Test(arguments: ["", "MiB", "-1", "1TB", "1.5MiB", "9999999999999"])
    func invalidSizesAreRefused(text: String) {
        #expect(Quantities.bytes(text) == nil)
    }

    @Test(arguments: [
        ("600/min", RateLimit(600, per: .seconds(60))), ("10/s", RateLimit(10, per: .seconds(1))),
        ("1000/h", RateLimit(1000, per: .seconds(3600))), ("0", RateLimit(0, per: .seconds(60))),
    ])
    func ratesAreParsed(text: String, expected: RateLimit) {
        #expect(Quantities.rate(text) == expected)
    }

    @Test(
        arguments: [
            ("64MiB/min", RateLimit(64 << 20, per: .seconds(60))), ("1GiB/h", RateLimit(1 << 30, per: .seconds(3600))),
            ("512/s", RateLimit(512, per: .seconds(1))), ("0", RateLimit(0, per: .seconds(60))), ("64MiB", nil),
            ("0MiB/min", nil), ("MiB/min", nil), ("2000GiB/s", nil), ("1MiB/week", nil),
        ] as [(String, RateLimit?)]
    )
    func ratesOfBytesAreParsed(text: String, expected: RateLimit?) {
        #expect(Quantities.byteRate(text) == expected)
    }

    @Test(arguments: ["", "600", "600/", "/min", "-1/s", "0/s", "1/week", "1/s/s"])
    func invalidRatesAreRefused(text: String) {
        #expect(Quantities.rate(text) == nil)
    }
}
