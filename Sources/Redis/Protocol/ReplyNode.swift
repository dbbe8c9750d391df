/// A reply while it is being read.
final class ReplyNode {
    private var leaf: RedisValue?
    private var elements: [RedisValue] = []
    /// Arrays within this one, by their place; resolved when the reply is complete.
    private var nested: [(place: Int, node: ReplyNode)] = []

    /// Whether it is no reply to anything, but comes beside replies (RESP3).
    let isAside: Bool

    init(_ leaf: RedisValue) {
        self.leaf = leaf
        self.isAside = false
    }

    /// An array that will have so many elements, as the peer says: memory is made for a few of them only.
    init(count: Int, isAside: Bool) {
        self.isAside = isAside
        self.elements.reserveCapacity(min(max(count, 0), 64))
    }

    func append(_ value: RedisValue) {
        self.elements.append(value)
    }

    func append(_ node: ReplyNode) {
        self.nested.append((self.elements.count, node))
        self.elements.append(.null)
    }

    var value: RedisValue {
        if let leaf = self.leaf { return leaf }
        var elements = self.elements
        for (place, node) in self.nested { elements[place] = node.value }
        return .array(elements)
    }
}
