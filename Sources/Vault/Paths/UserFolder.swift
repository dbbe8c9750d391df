/// The name of a user's folder, which is also the name of the user's index.
struct UserFolder: Hashable, Sendable {
    /// The name on disk.
    let name: String

    /// Encodes a user id: a capital becomes `=` and its small letter.
    ///
    /// So two users never meet in one folder, not even on a volume that takes `Bob` and `bob` for the same name.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidUser``.
    init(user: String) throws {
        guard Self.isValid(user) else {
            throw VaultError(.invalidUser, "the user id is not one that can have a vault")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(user.utf8.count)
        for byte in user.utf8 {
            if byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") {
                bytes.append(UInt8(ascii: "="))
                bytes.append(byte | 0x20)
            } else {
                bytes.append(byte)
            }
        }
        self.name = String(decoding: bytes, as: UTF8.self)
    }

    /// The user whose folder has a name.
    ///
    /// - Returns: `nil` where it is no user's.
    static func user(of name: String) -> String? {
        var user = ""
        var isCapital = false
        for character in name {
            if character == "=", !isCapital {
                isCapital = true
            } else {
                user += isCapital ? character.uppercased() : String(character)
                isCapital = false
            }
        }
        // What does not lead back to the name was not made of a user.
        do {
            return try UserFolder(user: user).name.utf8.elementsEqual(name.utf8) ? user : nil
        } catch {
            return nil
        }
    }

    /// `[A-Za-z0-9]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])?` without two dots in a row.
    private static func isValid(_ user: String) -> Bool {
        var count = 0
        var last: UInt8 = 0
        for byte in user.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            case UInt8(ascii: "_"), UInt8(ascii: "-"):
                guard count > 0 else { return false }
            case UInt8(ascii: "."):
                guard count > 0, last != byte else { return false }
            default:
                return false
            }
            last = byte
            count += 1
            guard count <= 64 else { return false }
        }
        return count > 0 && last != UInt8(ascii: ".")
    }
}
