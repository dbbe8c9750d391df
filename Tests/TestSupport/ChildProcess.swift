import Glibc

/// A program that a test starts and ends.
///
/// Uses `posix_spawn` directly: Foundation's `Process` iterates over all open files of this process while other tests
/// open and close theirs.
package final class ChildProcess: Sendable {
    package struct NotStarted: Error {
        let program: String
        let errno: Int32
    }

    private let identifier: pid_t

    /// Starts a program with input and output on `/dev/null`.
    ///
    /// - Parameter words: the program, looked up in `PATH`, and its arguments.
    package init(_ words: [String]) throws {
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

    package func signal(_ signal: Int32) {
        _ = kill(self.identifier, signal)
    }

    /// - Returns: the exit status, or -1 after a signal.
    @discardableResult
    package func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(self.identifier, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}
