internal import Foundation

/// The rules that paths in a vault keep.
///
/// The rules are those of every file system a vault may be copied to, so that no note is lost on the way.
enum PathRules {
    static let maxCharacters = 256
    static let maxSegmentBytes = 255

    /// The path in NFC, the form of all names on disk.
    static func normalized(_ text: String) throws -> String {
        // Normalising costs time by the byte, so what is far too long is refused before it.
        guard text.utf8.count <= self.maxCharacters * 16 else { throw self.tooLong }
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        return isASCII ? text : text.precomposedStringWithCanonicalMapping
    }

    /// Checks a normalised path, of a note or of a folder.
    static func check(_ path: String) throws {
        guard !path.isEmpty else { throw self.invalid("a path must not be empty") }
        guard path.unicodeScalars.count <= self.maxCharacters else { throw self.tooLong }
        guard path.utf8.first != UInt8(ascii: "/") else {
            throw self.invalid("a path must be relative, without a leading '/'", traversal: true)
        }
        // Attempts to leave the vault first, so that they are audited as such.
        for byte in path.utf8 {
            if byte == 0x5C { throw self.invalid("a path must use '/', not '\\', between folders", traversal: true) }
            if byte == 0 { throw self.invalid("a path must not contain NUL", traversal: true) }
        }
        for escape in ["%2e", "%2f", "%5c", "%00"] where path.lowercased().contains(escape) {
            throw self.invalid("a path must not contain the escape '\(escape)'", traversal: true)
        }
        // What splits a path by its characters would not find a '/' that is part of another character.
        guard path.utf8.count(where: { $0 == UInt8(ascii: "/") }) == path.count(where: { $0 == "/" }) else {
            throw self.invalid("a path must not join a mark to a '/'")
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        if let segment = segments.first(where: { $0 == ".." || $0 == "." }) {
            throw self.invalid("a path must not contain '\(segment)' as a folder", traversal: true)
        }
        for scalar in path.unicodeScalars { try self.check(scalar) }
        for segment in segments { try self.check(segment) }
    }

    private static func check(_ scalar: Unicode.Scalar) throws {
        switch scalar.value {
        case 0x01...0x1F, 0x7F...0x9F:
            throw self.invalid("a path must not contain control characters")
        case 0x22, 0x2A, 0x3A, 0x3C, 0x3E, 0x3F, 0x7C:
            throw self.invalid("a path must not contain any of < > : \" | ? *")
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
            throw self.invalid("a path must not contain characters that change the direction of text")
        default:
            return
        }
    }

    private static func check(_ segment: Substring) throws {
        let bytes = segment.utf8
        guard !bytes.isEmpty else { throw self.invalid("a path must not have an empty folder name") }
        guard bytes.first != UInt8(ascii: ".") else {
            throw self.invalid("no folder or file name may start with '.'")
        }
        guard bytes.last != UInt8(ascii: " ") && bytes.last != UInt8(ascii: ".") else {
            throw self.invalid("no folder or file name may end with a space or a dot")
        }
        guard bytes.count <= self.maxSegmentBytes else {
            throw self.invalid("a folder or file name may have at most \(self.maxSegmentBytes) bytes")
        }
    }

    /// Checks a path of common characters quickly.
    ///
    /// - Returns: whether the path is known to be good; if not, ``check(_:)`` says what is wrong with it, if anything.
    static func isPlain(_ path: String) -> Bool {
        var segmentLength = 0
        var last = UInt8(ascii: "/")
        var total = 0
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                segmentLength += 1
            case UInt8(ascii: "."), UInt8(ascii: " "):
                guard segmentLength > 0 || byte != UInt8(ascii: ".") else { return false }
                segmentLength += 1
            case UInt8(ascii: "/"):
                guard segmentLength > 0, last != UInt8(ascii: "."), last != UInt8(ascii: " ") else { return false }
                segmentLength = 0
            default:
                return false
            }
            last = byte
            total += 1
        }
        return total <= self.maxSegmentBytes && segmentLength > 0 && last != UInt8(ascii: ".")
            && last != UInt8(ascii: " ")
    }

    static func invalid(_ message: String, traversal: Bool = false) -> VaultError {
        VaultError(.invalidPath, message, traversal: traversal)
    }

    private static var tooLong: VaultError {
        self.invalid("a path may have at most \(self.maxCharacters) characters")
    }
}
