/// The caller's trace and span of a request (W3C Trace Context, `traceparent`).
struct TraceContext: Sendable, Hashable {
    /// 32 hexadecimal digits.
    let traceID: String
    /// The caller's span, 16 hexadecimal digits.
    let parentID: String

    /// Parses a `traceparent`.
    ///
    /// - Returns: `nil` for an invalid text, which counts as not sent (section 3.2.2.3).
    init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = Self.hexadecimal(parts[0], count: 2), version != "ff",
            // Later versions may append fields to these four; version 00 may not.
            parts.count == 4 || version != "00",
            let traceID = Self.hexadecimal(parts[1], count: 32), traceID.contains(where: { $0 != "0" }),
            let parentID = Self.hexadecimal(parts[2], count: 16), parentID.contains(where: { $0 != "0" }),
            Self.hexadecimal(parts[3], count: 2) != nil
        else { return nil }
        self.traceID = traceID
        self.parentID = parentID
    }

    /// Lower case only, as the specification requires.
    private static func hexadecimal(_ text: Substring, count: Int) -> String? {
        guard text.utf8.count == count, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        return String(text)
    }
}
