/// How many of the threads some jobs may occupy at a time.
enum ThreadShare: Int, CaseIterable, Sendable {
    /// All of them: jobs that are usually short.
    case all
    /// All but one: jobs that may take long.
    case allButOne
    /// A quarter: jobs of users that have occupied threads without a break. There are two threads a processor, so that
    /// they leave half of the processors to others.
    case heavy

    /// - Parameter count: the number of threads.
    /// - Returns: the most threads for jobs of this share and of the smaller ones.
    func most(of count: Int) -> Int {
        switch self {
        case .all: count
        case .allButOne: max(count - 1, 1)
        case .heavy: max(count / 4, 1)
        }
    }
}
