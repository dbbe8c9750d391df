/// How SQLite makes its commits durable.
package enum JournalMode: String, Sendable, Hashable, CaseIterable {
    /// A write-ahead log: readers and the writer do not wait for each other, but it needs shared memory.
    case wal
    /// A rollback journal: works on network file systems.
    case rollback
    /// A write-ahead log on file systems known to be local, a rollback journal on all others.
    case automatic
}
