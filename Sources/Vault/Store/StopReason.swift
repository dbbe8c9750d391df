/// Why a query is ended before it is done.
enum StopReason: String, CaseIterable {
    /// Its time is up.
    case deadline
    /// Its client has hung up.
    case disconnect
    /// The worker stops.
    case shutdown
}
