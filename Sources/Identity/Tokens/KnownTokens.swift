import Synchronization

/// What tokens seen before say, by their signatures; forgotten at any time.
///
/// Nothing here makes a token good: it is asked only after the signature has been checked again.
final class KnownTokens: Sendable {
    struct Entry: Sendable {
        let claims: Claims
        let principal: Principal
    }

    private struct State {
        var entries: [SignatureTag: Entry] = [:]
        var currentHeader: [UInt8] = []
    }

    /// Past this many all are forgotten, and the ones in use are read again.
    private static let bound = 10_000
    private let state = Mutex(State())

    subscript(tag: SignatureTag) -> Entry? {
        self.state.withLock { $0.entries[tag] }
    }

    func remember(_ tag: SignatureTag, claims: Claims, principal: Principal) {
        self.state.withLock { state in
            if state.entries.count >= Self.bound { state.entries.removeAll(keepingCapacity: true) }
            state.entries[tag] = Entry(claims: claims, principal: principal)
        }
    }

    /// Whether a header is, byte for byte, the last one that named the current key.
    func isCurrentHeader(_ header: UnsafeBufferPointer<UInt8>) -> Bool {
        self.state.withLock { !$0.currentHeader.isEmpty && $0.currentHeader.elementsEqual(header) }
    }

    func rememberCurrentHeader(_ header: UnsafeBufferPointer<UInt8>) {
        self.state.withLock { $0.currentHeader = Array(header) }
    }
}
