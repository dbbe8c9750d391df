import Glibc
import NIOCore
import Synchronization

/// The socket that a server listens on, for what has to be done before it is closed.
///
/// The kernel accepts connections before the server does. When a listener is closed, those in between are reset, and a
/// request that a proxy has sent on one of them is lost. So new ones are kept from coming first: their first packet is
/// dropped, the client sends it again a second later, and is refused then or meets another worker.
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

    private let channel = Mutex<(any Channel)?>(nil)

    init() {}

    func opened(_ channel: any Channel) {
        self.channel.withLock { $0 = channel }
    }

    /// Lets no new connection come; those that the kernel has are accepted as ever.
    ///
    /// - Throws: where the system has no such filter, or does not let this process set one.
    func keepNewConnectionsAway() async throws {
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
