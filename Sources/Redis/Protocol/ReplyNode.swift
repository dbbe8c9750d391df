/// A reply that is being parsed.
final class ReplyNode {
    private var leaf: RedisValue?
    private var elements: [RedisValue] = []
    /// Nested arrays by index; resolved when the reply is complete.
    private var nested: [(index: Int, node: ReplyNode)] = []

    /// A RESP3 push or attribute, which is not a reply to a command.
    let isOutOfBand: Bool

    init(_ leaf: RedisValue) {
        self.leaf = leaf
        self.isOutOfBand = false
    }

    /// - Parameter count: as announced by the peer; at most 64 elements are preallocated.
    init(count: Int, isOutOfBand: Bool) {
        self.isOutOfBand = isOutOfBand
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
        for (index, node) in self.nested { elements[index] = node.value }
        return .array(elements)
    }
}
