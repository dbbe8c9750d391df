/// How many of the threads some jobs may occupy at a time.
enum ThreadShare: Int, CaseIterable, Sendable {
    /// All of them: jobs that are usually short.
    case all
    /// All but one: jobs that may take long.
    case allButOne
    /// All but two: jobs of users that have occupied threads without a break.
    case allButTwo

    /// - Parameter count: the number of threads.
    /// - Returns: the most threads for jobs of this share and of the smaller ones.
    func most(of count: Int) -> Int { max(count - self.rawValue, 1) }
}
