import Crypto
import Encodings
import Identity

/// The name of every key that workers share in Redis.
///
/// Keys of one user carry the hash tag `{user}`, so that the keys of one script lie in one Cluster slot. What a client
/// chooses (a foreign `jti`) enters a key name only as its ``digest(_:)``.
package struct Keys: Sendable {
    let prefix: String

    /// - Parameter prefix: what every key begins with, such as `carrel:`.
    package init(prefix: String = "carrel:") {
        self.prefix = prefix
    }

    func session(_ id: SessionID) -> String {
        "\(self.prefix)session:\(id.value)"
    }

    func sessions(of user: UserID) -> String {
        "\(self.prefix)sessions:{\(user.value)}"
    }

    func revoked(_ credentialID: String, of user: UserID) -> String {
        self.revoked(digest: Self.digest(credentialID), of: user)
    }

    func revoked(digest: String, of user: UserID) -> String {
        "\(self.prefix)revoked:{\(user.value)}:\(digest)"
    }

    /// When this Redis was first filled.
    var epoch: String { "\(self.prefix)epoch" }

    /// When the slot of a user was first filled, in a Cluster.
    func epoch(of user: UserID) -> String {
        "\(self.prefix)epoch:{\(user.value)}"
    }

    /// The limit of an action.
    func limit(_ action: RateLimitedAction, of source: ActionSource) -> String {
        switch source {
        case .address(let address): return "\(self.prefix)\(action.rawValue):\(Self.digest(address))"
        case .user(let user): return "\(self.prefix)limit:{\(user.value)}:\(action.rawValue)"
        case .all: return "\(self.prefix)\(action.rawValue):all"
        }
    }

    /// The browsers in which a user is signed in, by when that began.
    func webSessions(of user: UserID) -> String {
        "\(self.prefix)web-sessions:{\(user.value)}"
    }

    func login(_ state: String) -> String {
        "\(self.prefix)oauth:state:\(SecretDigest.of(state))"
    }

    func code(_ secret: String) -> String {
        "\(self.prefix)oauth:code:\(SecretDigest.of(secret))"
    }

    func client(_ id: String) -> String {
        "\(self.prefix)oauth:client:\(Self.digest(id))"
    }

    func grant(_ id: String, of user: UserID) -> String {
        "\(self.prefix)oauth:grant:{\(user.value)}:\(Self.digest(id))"
    }

    /// The ids of a user's grants by last use.
    func grants(of user: UserID) -> String {
        "\(self.prefix)oauth:grants:{\(user.value)}"
    }

    func webSession(_ digest: String) -> String {
        "\(self.prefix)web:\(digest)"
    }

    /// What is known of the tokens of a user.
    func tokens(of user: UserID) -> String {
        "\(self.prefix)tokens:{\(user.value)}"
    }

    /// When each of them was last used.
    func tokensUsed(of user: UserID) -> String {
        "\(self.prefix)tokens-used:{\(user.value)}"
    }

    /// The last beat of each worker.
    var workers: String { "\(self.prefix)workers" }

    /// The last audit events of all users.
    var audit: String { "\(self.prefix)audit" }

    /// The last audit events of a user.
    func audit(of user: String) -> String {
        "\(self.prefix)audit:{\(user)}"
    }

    /// When a user's sessions, and what clients do with their tokens, last began and ended.
    func auditSessions(of user: String) -> String {
        "\(self.prefix)audit-sessions:{\(user)}"
    }

    /// The last refused requests of all users.
    var auditRefusals: String { "\(self.prefix)audit-refusals" }

    /// The last refused requests of a user.
    func auditRefusals(of user: String) -> String {
        "\(self.prefix)audit-refusals:{\(user)}"
    }

    /// The last refused requests without a valid token.
    var auditStrangers: String { "\(self.prefix)audit-strangers" }

    func notBefore(_ user: UserID) -> String {
        "\(self.prefix)not-before:{\(user.value)}"
    }

    /// The sequence number of a vault's changes, and the fencing token of its last writer.
    func vault(of user: UserID) -> String {
        "\(self.prefix)vault:{\(user.value)}"
    }

    /// The last changes of a vault.
    func vaultChanges(of user: UserID) -> String {
        "\(self.prefix)vault-changes:{\(user.value)}"
    }

    /// The worker that writes a vault now.
    func lease(of user: UserID) -> String {
        "\(self.prefix)lease:{\(user.value)}"
    }

    /// The worker that goes next.
    func leaseWaiting(of user: UserID) -> String {
        "\(self.prefix)lease-waiting:{\(user.value)}"
    }

    func limit(_ limit: LimitClass, of user: UserID) -> String {
        "\(self.prefix)limit:{\(user.value)}:\(limit.rawValue)"
    }

    func usage(of user: UserID, day: String) -> String {
        "\(self.prefix)usage:{\(user.value)}:\(day)"
    }

    /// What the keys of a day's usage begin and end with, around the user.
    func usage(day: String) -> (start: String, end: String) {
        ("\(self.prefix)usage:{", "}:\(day)")
    }

    func active(day: String) -> String {
        "\(self.prefix)active:\(day)"
    }

    /// A name in a key for what a client chose.
    ///
    /// Ids of the shape that this server issues (16 to 64 base64url characters) stand for themselves, so that an operator
    /// can find them; anything else is replaced by its SHA-256 in hex.
    static func digest(_ text: String) -> String {
        let utf8 = text.utf8
        if (16...64).contains(utf8.count), utf8.allSatisfy(Base64URL.contains) { return text }
        return Hex.encode(SHA256.hash(data: Array(utf8)))
    }
}
