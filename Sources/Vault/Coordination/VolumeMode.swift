/// Which workers have the volume of the vaults.
package enum VolumeMode: String, Sendable, Hashable, CaseIterable {
    /// Those of one machine: the kernel's locks exclude them from each other.
    case local
    /// Those of several machines: Redis orders what they write.
    case shared
    /// Local on file systems known to be of a single machine, shared on all others.
    case automatic
}
