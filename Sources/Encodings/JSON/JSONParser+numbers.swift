extension JSONParser {
    mutating func number() throws(JSONError) -> JSONValue {
        let start = self.position
        let isNegative = self.current == UInt8(ascii: "-")
        if isNegative { self.position += 1 }
        let digits = self.position
        var magnitude: UInt64 = 0
        var overflows = false
        while let digit = self.digit() {
            let (product, first) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(UInt64(digit))
            magnitude = sum
            overflows = overflows || first || second
            self.position += 1
        }
        guard self.position > digits else { throw self.error("Expected a digit") }
        guard self.bytes[digits] != UInt8(ascii: "0") || self.position == digits + 1 else {
            throw JSONError("A number begins with 0", at: digits)
        }
        let isWhole = try !self.skipFraction()
        if isWhole, !overflows {
            if !isNegative, magnitude <= UInt64(Int64.max) { return .integer(Int64(magnitude)) }
            // -0 is a number of its own only as floating point.
            if isNegative, magnitude > 0, magnitude <= UInt64(Int64.max) + 1 {
                return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
        }
        let text = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw JSONError("A number is too large", at: start) }
        return .number(number)
    }

    /// - Returns: whether there was a fraction or an exponent.
    private mutating func skipFraction() throws(JSONError) -> Bool {
        var found = false
        if self.current == UInt8(ascii: ".") {
            self.position += 1
            try self.skipDigits()
            found = true
        }
        if self.current == UInt8(ascii: "e") || self.current == UInt8(ascii: "E") {
            self.position += 1
            if self.current == UInt8(ascii: "+") || self.current == UInt8(ascii: "-") { self.position += 1 }
            try self.skipDigits()
            found = true
        }
        return found
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = self.position
        while self.digit() != nil { self.position += 1 }
        guard self.position > start else { throw self.error("Expected a digit") }
    }

    private func digit() -> UInt8? {
        let byte = self.current
        return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : nil
    }
}
