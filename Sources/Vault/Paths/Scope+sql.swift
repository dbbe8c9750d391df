/// A scope as conditions of statements, none of which restricts a whole vault.
///
/// Statements with numbered parameters have the user's id as `?1` and what is asked about as `?2`; the folders of the
/// scope follow, so that ``bind(to:)`` binds them once, however often they stand in the statement.
extension Scope {
    private static let firstParameter = 3

    /// The number of the first parameter behind those of the scope.
    var nextParameter: Int { Self.firstParameter + self.folders.count * FolderPath.parameterCount }

    /// ` AND …`: the row of `notes` is in this scope.
    var condition: String { self.isWhole ? "" : " AND \(self.anyFolder(from: Self.firstParameter))" }

    /// ` AND …`: the note with the id in a column is in this scope.
    ///
    /// Looks up each note, for columns of few rows.
    func condition(onNote column: String) -> String {
        if self.isWhole { return "" }
        return """
             AND EXISTS (SELECT 1 FROM notes WHERE user_id = ?1 AND id = \(column)
            AND \(self.anyFolder(from: Self.firstParameter)))
            """
    }

    /// ` AND …`: the note with the id in a column is in this scope.
    ///
    /// Finds all notes of the scope first, for columns of many rows.
    func condition(onNotes column: String) -> String {
        self.isWhole ? "" : " AND \(column) IN (SELECT id FROM notes WHERE user_id = ?1\(self.condition))"
    }

    /// Binds the parameters of all conditions but the positional one.
    func bind(to statement: borrowing HotStatement) {
        if self.isWhole { return }
        var binder = Binder(from: Self.firstParameter)
        self.bind(to: statement, with: &binder)
    }

    /// The condition with parameters that have no numbers, for statements that a ``Binder`` binds; `nil` for the whole
    /// vault.
    var positionalCondition: String? { self.isWhole ? nil : self.anyFolder(from: nil) }

    func bind(to statement: borrowing HotStatement, with binder: inout Binder) {
        for folder in self.folders { folder.bind(to: statement, with: &binder) }
    }

    private func anyFolder(from first: Int?) -> String {
        let conditions = self.folders.indices.map { index in
            "(\(FolderPath.condition(from: first.map { $0 + index * FolderPath.parameterCount })))"
        }
        return "(" + conditions.joined(separator: " OR ") + ")"
    }
}
