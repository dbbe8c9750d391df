/// What is counted by address, because nobody is known yet.
public struct AddressAct: RawRepresentable, Hashable, Sendable {
    /// The name in keys.
    public let rawValue: String

    /// Names an act.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A token that was refused.
    public static let failure = AddressAct(rawValue: "failures")
    /// A client that registered.
    public static let registration = AddressAct(rawValue: "registrations")
    /// A client's request for access.
    public static let authorization = AddressAct(rawValue: "authorizations")
    /// A token that was revoked by whoever has it.
    public static let revocation = AddressAct(rawValue: "revocations")
    /// A login that was begun or finished.
    public static let login = AddressAct(rawValue: "logins")
    /// A request for tokens, by code or refresh token.
    public static let exchange = AddressAct(rawValue: "exchanges")

    /// What an address may do too often besides showing bad tokens.
    public static let counted: [AddressAct] = [.registration, .authorization, .revocation, .login, .exchange]
}

/// How often an address may do something.
public protocol AddressLimits: Sendable {
    /// Counts what an address does.
    ///
    /// - Returns: how long the address should wait, where it has passed the limit; that counts no further.
    /// - Throws: ``SharedStateError`` when the state cannot be asked.
    func count(_ act: AddressAct, of address: String, limit: RateLimit) async throws -> Duration?
}
