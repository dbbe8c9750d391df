/// Parses the parts of an RFC 3339 time in order.
struct TimeScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { self.bytes = Array(text.utf8.prefix(64)) }

    var isAtEnd: Bool { self.position == self.bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard !self.isAtEnd, self.bytes[self.position] == UInt8(ascii: character) else { return false }
        self.position += 1
        return true
    }

    mutating func digits(_ count: Int) -> Int? {
        guard self.position + count <= self.bytes.count else { return nil }
        var value = 0
        for byte in self.bytes[self.position..<self.position + count] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        self.position += count
        return value
    }

    /// `12:00`, `12:00:00` or `12:00:00.123`, in milliseconds since midnight.
    mutating func time() -> Int? {
        guard let hour = self.digits(2), self.skip(":"), let minute = self.digits(2), hour < 24, minute < 60 else {
            return nil
        }
        var milliseconds = (hour * 3600 + minute * 60) * 1000
        guard self.skip(":") else { return milliseconds }
        guard let second = self.digits(2), second <= 60 else { return nil }
        milliseconds += second * 1000
        guard self.skip(".") else { return milliseconds }
        guard var unit = self.digits(1).map({ _ in 100 }) else { return nil }
        self.position -= 1
        while let digit = self.digits(1) {
            milliseconds += digit * unit
            unit /= 10
        }
        return milliseconds
    }

    /// `Z`, `+02:00`, `+0200`, `+02` or nothing, in minutes east of UTC.
    mutating func zone() -> Int? {
        if self.isAtEnd || self.skip("Z") || self.skip("z") { return 0 }
        let sign = self.skip("-") ? -1 : self.skip("+") ? 1 : 0
        guard sign != 0, let hour = self.digits(2), hour < 24 else { return nil }
        if self.isAtEnd { return sign * hour * 60 }
        _ = self.skip(":")
        guard let minute = self.digits(2), minute < 60 else { return nil }
        return sign * (hour * 60 + minute)
    }
}
