/// A tag and how many notes have it.
public struct TagCount: Sendable, Hashable {
    /// The tag, without `#`, in lower case.
    public let tag: String
    /// How many notes have it.
    public let count: Int

    /// Makes a count.
    public init(tag: String, count: Int) {
        self.tag = tag
        self.count = count
    }
}
