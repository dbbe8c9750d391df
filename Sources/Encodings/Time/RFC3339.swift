/// Times as text in UTC (RFC 3339), without a formatter: a list of notes formats one per row.
public enum RFC3339 {
    /// Formats milliseconds since 1970 as `2026-01-31T12:00:00Z`.
    ///
    /// - Returns: the first second of 1970 for years beyond 0 to 9999.
    public static func text(milliseconds: Int) -> String {
        Self.text(seconds: milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0))
    }

    /// Formats seconds since 1970 as `2026-01-31T12:00:00Z`.
    ///
    /// - Returns: the first second of 1970 for years beyond 0 to 9999.
    public static func text(seconds: some BinaryInteger) -> String {
        let seconds = Int(clamping: seconds)
        guard (-62_167_219_200..<253_402_300_800).contains(seconds) else { return "1970-01-01T00:00:00Z" }
        let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
        let time = seconds - days * 86400
        let date = self.civil(days: days)
        return String(unsafeUninitializedCapacity: 20) { buffer in
            func put(_ value: Int, at index: Int, digits: Int) {
                var rest = value
                for position in stride(from: index + digits - 1, through: index, by: -1) {
                    buffer[position] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
            }
            put(date.year, at: 0, digits: 4)
            put(date.month, at: 5, digits: 2)
            put(date.day, at: 8, digits: 2)
            put(time / 3600, at: 11, digits: 2)
            put(time / 60 % 60, at: 14, digits: 2)
            put(time % 60, at: 17, digits: 2)
            buffer[4] = UInt8(ascii: "-")
            buffer[7] = UInt8(ascii: "-")
            buffer[10] = UInt8(ascii: "T")
            buffer[13] = UInt8(ascii: ":")
            buffer[16] = UInt8(ascii: ":")
            buffer[19] = UInt8(ascii: "Z")
            return 20
        }
    }

    /// Parses a date, or a date and a time with or without fraction and zone; a time without a zone is UTC.
    ///
    /// - Returns: milliseconds since 1970, or `nil` for any other text.
    public static func milliseconds(_ text: String) -> Int? {
        var scanner = TimeScanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let start = self.days(year: year, month: month, day: day) * 86_400_000
        if scanner.isAtEnd { return start }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let time = scanner.time(),
            let offset = scanner.zone(), scanner.isAtEnd
        else { return nil }
        return start + time - offset * 60_000
    }

    // Howard Hinnant's algorithms for the proleptic Gregorian calendar: eras of 400 years that start in March.
    // https://howardhinnant.github.io/date_algorithms.html

    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
