import Synchronization

/// A cache of parsed claims by signature.
///
/// Read only after the signature has been verified again.
final class KnownTokens: Sendable {
    struct Entry: Sendable {
        let claims: Claims
        let principal: Principal
    }

    private struct State {
        var entries: [SignatureTag: Entry] = [:]
        var currentHeader: [UInt8] = []
    }

    /// The cache is cleared when it is full.
    private static let capacity = 10_000
    private let state = Mutex(State())

    subscript(tag: SignatureTag) -> Entry? {
        self.state.withLock { $0.entries[tag] }
    }

    func remember(_ tag: SignatureTag, claims: Claims, principal: Principal) {
        self.state.withLock { state in
            if state.entries.count >= Self.capacity { state.entries.removeAll(keepingCapacity: true) }
            state.entries[tag] = Entry(claims: claims, principal: principal)
        }
    }

    /// Whether a header equals the last one that named the current key.
    func isCurrentHeader(_ header: UnsafeBufferPointer<UInt8>) -> Bool {
        self.state.withLock { !$0.currentHeader.isEmpty && $0.currentHeader.elementsEqual(header) }
    }

    func rememberCurrentHeader(_ header: UnsafeBufferPointer<UInt8>) {
        self.state.withLock { $0.currentHeader = Array(header) }
    }
}
