/// Binds the arguments of a statement one after the other.
struct Binder {
    private var index: Int32

    /// - Parameter first: the number of the first parameter.
    init(from first: Int = 1) { self.index = Int32(first) }

    mutating func bind(_ text: String, to statement: borrowing HotStatement) {
        statement.bind(text, at: self.index)
        self.index += 1
    }

    mutating func bind(_ number: Double, to statement: borrowing HotStatement) {
        statement.bind(number, at: self.index)
        self.index += 1
    }

    mutating func bind(_ number: Int, to statement: borrowing HotStatement) {
        statement.bind(number, at: self.index)
        self.index += 1
    }
}
