import Crypto
import Identity

/// The name of every key that workers share in Redis.
///
/// Keys of one user carry the hash tag `{user}`, so that one script's keys lie in one Cluster slot. What a client
/// chooses (a foreign `jti`) enters a key name only as ``digest(_:)`` of it, unless it is of a harmless shape.
public struct Keys: Sendable {
    let prefix: String

    /// Names keys under a prefix.
    ///
    /// - Parameter prefix: what every key begins with, such as `carrel:`.
    public init(prefix: String = "carrel:") {
        self.prefix = prefix
    }

    var sessionPrefix: String { "\(self.prefix)session:" }

    func session(_ id: SessionID) -> String {
        "\(self.prefix)session:\(id.value)"
    }

    func sessions(of user: UserID) -> String {
        "\(self.prefix)sessions:{\(user.value)}"
    }

    func revoked(_ tokenID: String, of user: UserID) -> String {
        self.revoked(digest: Self.digest(tokenID), of: user)
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

    func address(_ address: String, _ act: AddressAct) -> String {
        "\(self.prefix)\(act.rawValue):\(Self.digest(address))"
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

    /// The ids of a user's grants by when they were given.
    func grants(of user: UserID) -> String {
        "\(self.prefix)oauth:grants:{\(user.value)}"
    }

    func webSession(_ digest: String) -> String {
        "\(self.prefix)web:\(digest)"
    }

    /// What is known of the tokens that were made for a user.
    func tokens(of user: UserID) -> String {
        "\(self.prefix)tokens:{\(user.value)}"
    }

    /// When each of them was last used.
    func tokensUsed(of user: UserID) -> String {
        "\(self.prefix)tokens-used:{\(user.value)}"
    }

    /// The last audit events of all users.
    var audit: String { "\(self.prefix)audit" }

    /// The last audit events of a user.
    func audit(of user: String) -> String {
        "\(self.prefix)audit:{\(user)}"
    }

    func notBefore(_ user: UserID) -> String {
        "\(self.prefix)not-before:{\(user.value)}"
    }

    func limit(_ limit: LimitClass, of user: UserID) -> String {
        "\(self.prefix)limit:{\(user.value)}:\(limit.rawValue)"
    }

    func usage(of user: UserID, day: String) -> String {
        "\(self.prefix)usage:{\(user.value)}:\(day)"
    }

    func active(day: String) -> String {
        "\(self.prefix)active:\(day)"
    }

    /// A name for what a client chose, harmless in a key.
    ///
    /// Ids of the shape this server makes (16 to 64 base64url characters) stand for themselves, so that an operator
    /// can find them; everything else is its SHA-256 in hex.
    static func digest(_ text: String) -> String {
        let utf8 = text.utf8
        if (16...64).contains(utf8.count), utf8.allSatisfy(Self.isBase64URL) {
            return text
        }
        return SHA256.hash(data: Array(utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0\(hex)" : hex
        }.joined()
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            return true
        default: return false
        }
    }
}
