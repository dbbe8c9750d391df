/// For whom a client's document is fetched.
public struct FetchRequester: Sendable {
    let user: UserID
    /// Names the client's network.
    let network: String?

    /// A signed-in user, and what names the network of the browser.
    public init(user: UserID, network: String?) {
        self.user = user
        self.network = network
    }
}
