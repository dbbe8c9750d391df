/// A tag and how many notes have it.
package struct TagCount: Sendable, Hashable {
    /// The tag, without `#`, in lower case.
    package let tag: String
    package let count: Int
}
