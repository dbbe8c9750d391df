import Encodings
import Foundation
import Testing

struct RFC3339Tests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1000, "1969-12-31T23:59:59Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
        (1_767_225_599_999, "2025-12-31T23:59:59Z"), (4_102_444_800_000, "2100-01-01T00:00:00Z"),
        (253_402_300_799_000, "9999-12-31T23:59:59Z"),
    ])
    func timesAreWrittenInUTC(_ milliseconds: Int, _ text: String) {
        #expect(RFC3339.text(milliseconds: milliseconds) == text)
        #expect(RFC3339.milliseconds(text) == milliseconds / 1000 * 1000)
    }

    @Test(arguments: [
        ("2026-01-31", 1_769_817_600_000), ("2026-01-31T12:00Z", 1_769_860_800_000),
        ("2026-01-31 12:00:00", 1_769_860_800_000),
        ("2026-01-31T12:00:00.250Z", 1_769_860_800_250), ("2026-01-31T12:00:00+01:30", 1_769_855_400_000),
        ("2026-01-31T12:00:00-0130", 1_769_866_200_000), ("2026-01-31t12:00:00.123456789z", 1_769_860_800_123),
    ])
    func commonFormsAreParsed(_ text: String, _ milliseconds: Int) {
        #expect(RFC3339.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-01-32", "2026-01-31T", "2026-01-31T25:00", "2026-01-31T12:00:00X", "x",
        "2026-01-31T12:00:00+", "2026-1-1", "20260131",
    ])
    func otherTextsAreRejected(_ text: String) {
        #expect(RFC3339.milliseconds(text) == nil)
    }

    @Test func everyDayAgreesWithFoundation() {
        let formatter = ISO8601DateFormatter()
        for day in stride(from: -100_000, to: 800_000, by: 97) {
            let date = Date(timeIntervalSince1970: Double(day) * 86400 + 45_296)
            #expect(RFC3339.text(milliseconds: (day * 86400 + 45_296) * 1000) == formatter.string(from: date))
        }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (1_769_860_800, "2026-01-31T12:00:00Z"),
    ])
    func secondsAreWrittenInUTC(_ seconds: Int64, _ text: String) {
        #expect(RFC3339.text(seconds: seconds) == text)
    }

    @Test(arguments: [Int64.min, -62_167_219_201, 253_402_300_800, .max])
    func yearsBeyondFourDigitsAreTheEpoch(_ seconds: Int64) {
        #expect(RFC3339.text(seconds: seconds) == "1970-01-01T00:00:00Z")
    }

    @Test(arguments: [Int.min, .max])
    func extremeMillisecondsAreTheEpoch(_ milliseconds: Int) {
        #expect(RFC3339.text(milliseconds: milliseconds) == "1970-01-01T00:00:00Z")
    }
}
