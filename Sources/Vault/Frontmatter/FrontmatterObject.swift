/// Keys and values of a note's frontmatter, in the order of the file.
public struct FrontmatterObject: Sendable, Hashable {
    /// A key and its value.
    public typealias Element = (key: String, value: FrontmatterValue)

    private var keys: [String]
    private var values: [FrontmatterValue]

    /// Makes an object without keys.
    public init() {
        self.keys = []
        self.values = []
    }

    /// The value of a key.
    ///
    /// Setting a key that is there replaces its value in place, a new one is added at the end, and `nil` removes it.
    public subscript(key: String) -> FrontmatterValue? {
        get { self.keys.firstIndex(of: key).map { self.values[$0] } }
        set {
            let index = self.keys.firstIndex(of: key)
            switch (index, newValue) {
            case (let index?, let value?): self.values[index] = value
            case (nil, let value?): self.append(key, value)
            case (let index?, nil):
                self.keys.remove(at: index)
                self.values.remove(at: index)
            case (nil, nil): break
            }
        }
    }

    /// Adds a key that is known not to be there yet.
    mutating func append(_ key: String, _ value: FrontmatterValue) {
        self.keys.append(key)
        self.values.append(value)
    }
}

extension FrontmatterObject: RandomAccessCollection {
    /// The position of the first key.
    public var startIndex: Int { 0 }
    /// The position after the last key.
    public var endIndex: Int { self.keys.count }
    /// The key and the value at a position.
    public subscript(position: Int) -> Element { (self.keys[position], self.values[position]) }
}

extension FrontmatterObject: ExpressibleByDictionaryLiteral {
    /// Makes an object; the last value of a key that is given twice wins.
    public init(dictionaryLiteral elements: (String, FrontmatterValue)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}
