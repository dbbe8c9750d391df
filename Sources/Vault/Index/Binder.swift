/// Binds the arguments of a statement one after the other.
struct Binder {
    private var index: Int32 = 0

    mutating func bind(_ text: String, to statement: borrowing HotStatement) {
        self.index += 1
        statement.bind(text, at: self.index)
    }

    mutating func bind(_ number: Int, to statement: borrowing HotStatement) {
        self.index += 1
        statement.bind(number, at: self.index)
    }
}
