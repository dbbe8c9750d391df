/// The fields of a JSON object, in the order they were read or added.
///
/// Equality ignores the order.
public struct JSONObject: Sendable {
    private var fields: [(key: String, value: JSONValue)]
    /// Positions by key; built only for objects too large to be searched linearly.
    private var indices: [String: Int]

    private static let looksThrough = 16

    /// Empty.
    public init() {
        self.fields = []
        self.indices = [:]
    }

    /// - Parameter fields: of two with the same key the later counts.
    init(fields: [(String, JSONValue)]) {
        self.init()
        self.fields.reserveCapacity(fields.count)
        for (key, value) in fields { self[key] = value }
    }

    /// Constant time.
    public var count: Int { self.fields.count }

    /// Constant time.
    public var isEmpty: Bool { self.fields.isEmpty }

    /// Constant time in large objects; setting `nil` removes the field.
    public subscript(key: String) -> JSONValue? {
        get { self.index(of: key).map { self.fields[$0].value } }
        set {
            switch (self.index(of: key), newValue) {
            case (let index?, let value?): self.fields[index].value = value
            case (let index?, nil):
                self.fields.remove(at: index)
                self.indices = [:]
                self.reindex()
            case (nil, let value?): self.append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds a field; returns `false` and changes nothing when the key exists.
    mutating func insert(_ key: String, _ value: JSONValue) -> Bool {
        guard self.index(of: key) == nil else { return false }
        self.append(key, value)
        return true
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        self.fields.append((key, value))
        if self.fields.count > Self.looksThrough {
            if self.indices.isEmpty { self.reindex() } else { self.indices[key] = self.fields.count - 1 }
        }
    }

    private mutating func reindex() {
        guard self.fields.count > Self.looksThrough else { return }
        for (index, field) in self.fields.enumerated() { self.indices[field.key] = index }
    }

    private func index(of key: String) -> Int? {
        if !self.indices.isEmpty { return self.indices[key] }
        return self.fields.firstIndex { $0.key == key }
    }
}

extension JSONObject: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }
    /// Equals ``count``.
    public var endIndex: Int { self.fields.count }
    /// Fields in their order.
    public subscript(position: Int) -> (key: String, value: JSONValue) { self.fields[position] }
}

extension JSONObject: Hashable {
    /// Ignores the order of the fields.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.fields.allSatisfy { right[$0.key] == $0.value }
    }

    /// Ignores the order of the fields, as equality does.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for field in self.fields {
            var one = Hasher()
            one.combine(field.key)
            one.combine(field.value)
            sum &+= one.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Keys must differ.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(fields: elements)
    }
}
