extension StringProtocol {
    /// The longest prefix of whole Unicode scalars with at most that many UTF-8 bytes.
    ///
    /// One `Character` may be megabytes long, so untrusted text is cut by bytes.
    public func prefix(bytes limit: Int) -> String {
        guard self.utf8.dropFirst(limit).first != nil else { return String(self) }
        var bytes = Array(self.utf8.prefix(limit + 1))
        // The last scalar goes as a whole: its bytes after the first are 10xxxxxx.
        while bytes.removeLast() & 0xC0 == 0x80 {}
        return String(decoding: bytes, as: UTF8.self)
    }
}
