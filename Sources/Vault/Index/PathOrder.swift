/// What paths and titles are ordered by, so that case makes no difference.
enum PathOrder {
    static func key(_ text: String) -> String { text.lowercased() }
}
