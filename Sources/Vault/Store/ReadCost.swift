/// What a read may cost.
struct ReadCost: Sendable {
    /// How long it may run; `nil` for work that tests add.
    let limit: Duration?
    /// Whether it may take long, and so leaves a thread to others.
    let isLong: Bool
    /// Whether it ends when its task is cancelled.
    let endsWithCaller: Bool
}

extension VaultConfiguration {
    func cost(of operation: VaultMetrics.Operation) -> ReadCost {
        switch operation {
        case .search: ReadCost(limit: self.searchTimeout, isLong: true, endsWithCaller: true)
        case .tags, .backlinks: ReadCost(limit: self.queryTimeout, isLong: true, endsWithCaller: true)
        case .list: ReadCost(limit: self.queryTimeout, isLong: false, endsWithCaller: true)
        case .read, .size, .write: ReadCost(limit: self.queryTimeout, isLong: false, endsWithCaller: false)
        }
    }
}
