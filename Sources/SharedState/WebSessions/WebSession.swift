package import Identity

/// A browser that is signed in.
package struct WebSession: Sendable, Hashable {
    package let user: UserID
    /// What the provider calls the user.
    package let name: String?
    /// Seconds since 1970.
    package let created: Int64
    /// Stands for the session where its secret must not be.
    package let digest: String
}
