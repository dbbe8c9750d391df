/// Another worker has acquired the lease of a vault; what this one was about to change is unchanged.
struct LeaseLost: Error {}
