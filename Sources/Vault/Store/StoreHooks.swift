internal import Files
internal import GRDB

/// Where tests observe a store.
struct StoreHooks: Sendable {
    /// Called at every step of a write; what it throws fails the write there.
    var reached: (@Sendable (WriteStep) throws -> Void)?
    /// Called at the start of every probe, on its thread.
    var probing: (@Sendable () -> Void)?
    /// Called at the start of every read, on its thread.
    var reading: (@Sendable () -> Void)?
    /// Called with every connection to an index.
    var connected: (@Sendable (Database) throws -> Void)?
    /// How to look at a volume that machines share; `nil` to find out by its file system.
    var look: FreshLook?
}
