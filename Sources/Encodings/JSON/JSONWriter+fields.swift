extension JSONWriter {
    /// Writes an object whose fields `body` writes.
    public mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.beginObject()
        try body(&self)
        self.endObject()
    }

    /// Writes an array whose elements `body` writes.
    public mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.beginArray()
        try body(&self)
        self.endArray()
    }

    /// Writes an array with one element that `body` writes per element.
    public mutating func array<Element, Failure: Error>(
        _ elements: some Sequence<Element>,
        _ body: (inout JSONWriter, Element) throws(Failure) -> Void
    ) throws(Failure) {
        self.beginArray()
        for element in elements { try body(&self, element) }
        self.endArray()
    }

    /// Writes a field whose value is an object.
    public mutating func field<Failure: Error>(
        _ key: StaticString,
        object body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try self.object(body)
    }

    /// Writes a field whose value is an array with one element that `body` writes per element.
    public mutating func field<Element, Failure: Error>(
        _ key: StaticString,
        array elements: some Sequence<Element>,
        _ body: (inout JSONWriter, Element) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try self.array(elements, body)
    }

    /// Writes a field whose value is an array of strings.
    public mutating func field(_ key: StaticString, _ texts: [String]) {
        self.key(key)
        self.beginArray()
        for text in texts { self.value(text) }
        self.endArray()
    }

    /// Writes a field; `nil` is written as `null`.
    public mutating func field(_ key: StaticString, _ text: String?) {
        self.key(key)
        if let text { self.value(text) } else { self.null() }
    }

    /// Writes a field.
    public mutating func field(_ key: StaticString, _ text: String) {
        self.key(key)
        self.value(text)
    }

    /// Writes a field.
    public mutating func field(_ key: StaticString, _ number: Int) {
        self.key(key)
        self.value(number)
    }

    /// Writes a field.
    public mutating func field(_ key: StaticString, _ number: Int64) {
        self.key(key)
        self.value(number)
    }

    /// Writes a field.
    public mutating func field(_ key: StaticString, _ number: Double) {
        self.key(key)
        self.value(number)
    }

    /// Writes a field.
    public mutating func field(_ key: StaticString, _ flag: Bool) {
        self.key(key)
        self.value(flag)
    }

    /// Writes a field.
    public mutating func field(_ key: StaticString, _ value: JSONValue) {
        self.key(key)
        self.value(value)
    }

    /// Writes a field whose value is encoded JSON, which is not validated.
    public mutating func field(_ key: StaticString, raw json: [UInt8]) {
        self.key(key)
        self.raw(json)
    }
}
