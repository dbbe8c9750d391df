import Glibc

/// The limit of open files of this process.
enum FileLimit {
    /// Raises the limit to what the system allows: service managers start processes with 1,024.
    ///
    /// - Returns: the limit then; `nil` where it is unknown.
    @discardableResult
    static func raise() -> Int? {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        guard limit.rlim_cur < limit.rlim_max else { return Int(clamping: limit.rlim_cur) }
        var raised = limit
        raised.rlim_cur = raised.rlim_max
        return Int(clamping: setrlimit(resource, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur)
    }
}
