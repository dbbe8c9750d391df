internal import Files

/// How a store shares its volume with workers on other machines.
struct VolumeSharing: Sendable {
    let coordinator: any VaultCoordinator
    /// How to see what another machine has changed.
    let look: FreshLook
    /// Whether each machine has indexes of its own, on a disk of its own.
    let hasOwnIndexes: Bool
}
