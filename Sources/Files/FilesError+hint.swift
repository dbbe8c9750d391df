internal import Glibc

extension FilesError {
    /// What an operator can do about the failure; `nil` where the caller has caused it.
    var hint: String? {
        switch self.errno {
        case EDQUOT: "raise the quota of the worker's user, or make room"
        case EIO, EREMOTEIO: "look in the kernel's log for errors of the disk or of the volume's server"
        case EUCLEAN, EBADMSG: "the file system is damaged: unmount it and run its fsck"
        case ENOTCONN, ENODEV, ENXIO, ENOMEDIUM, ESHUTDOWN: "the volume is no longer mounted: mount it again"
        case EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH: "the volume's server cannot be reached: check the network"
        case EMFILE: "raise the limit of open files of the process (LimitNOFILE, ulimit -n)"
        case ENFILE: "raise the limit of open files of the machine (fs.file-max)"
        case ENOMEM, ENOBUFS: "the machine has no memory left"
        case EPERM: "an attribute, such as immutable, or a security module forbids the call"
        default: self.hintOfCode
        }
    }

    private var hintOfCode: String? {
        switch self.code {
        case .volumeFull: "make room on the volume"
        case .readOnly: "mount the volume for writing; a file system that found errors becomes read-only"
        case .notPermitted: "the folder must belong to the worker's user (PUID, PGID)"
        case .disconnected: "the volume's server has closed the connection: check it, and mount the volume again"
        case .stale: "the server has replaced what was open: where it persists, mount the volume again"
        case .timedOut: "the volume's server does not answer: check it and the network"
        case .noLocks: "the volume cannot lock files: start the server's lock service, or mount it with locks"
        case .unsupported: "the file system lacks what vaults need; see docs/deployment.md"
        default: nil
        }
    }
}
