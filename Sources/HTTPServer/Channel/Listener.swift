import Glibc
import NIOCore
import Synchronization

/// The socket that a server listens on, for what has to be done before it is closed.
///
/// The kernel accepts connections before the server does. When a listener is closed, those in between are reset, and a
/// request that a proxy has sent on one of them is lost. So new ones are held off first: their first packet is dropped, the
/// client sends it again a second later, and is refused then or reaches another worker.
public final class Listener: Sendable {
    // `sock_filter` of <linux/filter.h>.
    private struct Instruction {
        let code: UInt16
        let ifTrue: UInt8
        let ifFalse: UInt8
        let operand: UInt32
    }

    // `sock_fprog` of <linux/filter.h>, with the address of its instructions: the kernel reads them while the option is set.
    private struct Program {
        let length: UInt16
        let instructions: UInt
    }

    /// `SO_ATTACH_FILTER`, which Swift does not import.
    private static let attachFilter = NIOBSDSocket.Option(rawValue: 26)

    /// Drops packets that have SYN and not ACK among the flags in byte 13 of their TCP header (RFC 9293, section 3.1).
    private static let dropNewConnections = [
        Instruction(code: 0x30, ifTrue: 0, ifFalse: 0, operand: 13),  // A = the flags
        Instruction(code: 0x54, ifTrue: 0, ifFalse: 0, operand: 0x12),  // A = A and (SYN or ACK)
        Instruction(code: 0x15, ifTrue: 0, ifFalse: 1, operand: 0x02),  // is A just SYN?
        Instruction(code: 0x06, ifTrue: 0, ifFalse: 0, operand: 0),  // yes: keep nothing of the packet
        Instruction(code: 0x06, ifTrue: 0, ifFalse: 0, operand: .max),  // no: keep all of it
    ]

    /// `TCP_INFO`: of a listening socket, `tcpi_unacked` is the length of its accept queue.
    private static let information = NIOBSDSocket.Option(rawValue: TCP_INFO)

    private let pending: PendingConnections
    let loops: any EventLoopGroup
    private let channel = Mutex<(any Channel)?>(nil)

    /// - Parameter loops: those of the connections.
    init(pending: PendingConnections, loops: any EventLoopGroup) {
        self.pending = pending
        self.loops = loops
    }

    func opened(_ channel: any Channel) {
        self.channel.withLock { $0 = channel }
    }

    /// Whether a connection is in the accept queue, or accepted and has no response yet.
    func hasPendingConnections() async throws -> Bool {
        guard let channel = self.channel.withLock({ $0 }), let socket = channel as? any SocketOptionProvider else {
            return false
        }
        let information: tcp_info = try await socket.unsafeGetSocketOption(level: .tcp, name: Self.information).get()
        if information.tcpi_unacked > 0 { return true }
        // Connections taken from the queue are handed from the listener's event loop to another, which counts them.
        try await channel.eventLoop.submit {}.get()
        for loop in self.loops.makeIterator() { try await loop.submit {}.get() }
        return self.pending.count > 0
    }

    /// Drops new connections; those that the kernel has are accepted.
    ///
    /// - Throws: where the system has no such filter, or does not let this process set one.
    func holdOffNewConnections() async throws {
        guard let socket = self.channel.withLock({ $0 }) as? any SocketOptionProvider else { return }
        let instructions = UnsafeMutablePointer<Instruction>.allocate(capacity: Self.dropNewConnections.count)
        instructions.initialize(from: Self.dropNewConnections, count: Self.dropNewConnections.count)
        defer { instructions.deallocate() }
        let program = Program(
            length: UInt16(Self.dropNewConnections.count),
            instructions: UInt(bitPattern: instructions)
        )
        try await socket.unsafeSetSocketOption(
            level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET),
            name: Self.attachFilter,
            value: program
        ).get()
    }
}
