package import Identity

/// What an action is counted for.
package enum ActionSource: Sendable, Hashable {
    /// An address or a network, by its ``AddressKey``.
    case address(String)
    case user(UserID)
    /// All addresses and users together.
    case all
}
