/// A user and the name of the user's folder, which is also the name of the user's index.
package struct UserFolder: Hashable, Sendable {
    /// The user's id.
    package let id: String
    /// The name on disk.
    let name: String

    /// Encodes a user id: a capital becomes `=` and its small letter.
    ///
    /// So two users never share a folder, not even on a volume that ignores case.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidUser``.
    package init(user id: String) throws {
        guard Self.isValid(id) else {
            throw VaultError(.invalidUser, "the user id is not one that can have a vault")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(id.utf8.count)
        for byte in id.utf8 {
            if byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") {
                bytes.append(UInt8(ascii: "="))
                bytes.append(byte | 0x20)
            } else {
                bytes.append(byte)
            }
        }
        self.id = id
        self.name = String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes the name of a folder.
    ///
    /// - Returns: `nil` where it is the name of no user's folder.
    init?(name: String) {
        var id = ""
        var isCapital = false
        for character in name {
            if character == "=", !isCapital {
                isCapital = true
            } else {
                id += isCapital ? character.uppercased() : String(character)
                isCapital = false
            }
        }
        do {
            let user = try UserFolder(user: id)
            // A name that does not encode the id again was not made of it.
            guard user.name.utf8.elementsEqual(name.utf8) else { return nil }
            self = user
        } catch {
            return nil
        }
    }

    package static func == (left: UserFolder, right: UserFolder) -> Bool { left.id == right.id }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.id) }

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

extension UserFolder: CustomStringConvertible {
    /// The user's id.
    package var description: String { self.id }
}
