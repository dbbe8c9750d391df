import Glibc

/// Another program, started by a test and ended by it.
///
/// By `posix_spawn` itself: Foundation's `Process` goes through all open files of this process while other tests open
/// and close theirs.
public final class ChildProcess: Sendable {
    /// Why a program was not started.
    public struct NotStarted: Error {
        let program: String
        let errno: Int32
    }

    private let identifier: pid_t

    /// Starts a program; what it prints goes nowhere.
    ///
    /// - Parameter words: the program, looked up in `PATH`, and its arguments.
    public init(_ words: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in [0, 1, 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var identifier: pid_t = 0
        let failure = posix_spawnp(&identifier, words[0], &actions, nil, &arguments, environ)
        guard failure == 0 else { throw NotStarted(program: words[0], errno: failure) }
        self.identifier = identifier
    }

    /// Sends a signal.
    public func signal(_ signal: Int32) {
        _ = kill(self.identifier, signal)
    }

    /// Returns when the program has ended.
    ///
    /// - Returns: its exit status, or -1 when a signal ended it.
    @discardableResult
    public func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(self.identifier, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}
