internal import Files

/// The names under which vaults are kept that an import has replaced: `.replaced-<user's folder>-<milliseconds>-<16 digits>`.
enum ReplacedFolder {
    private static let prefix = ".replaced-"

    static func name(of user: UserFolder, at milliseconds: Int) -> String {
        "\(self.prefix)\(user.name)-\(milliseconds)-\(UniqueName.make())"
    }

    /// Whether a name is of something that a user's vault had; names of users may begin alike.
    static func isOne(_ name: String, of user: UserFolder) -> Bool {
        let start = "\(self.prefix)\(user.name)-"
        guard name.hasPrefix(start) else { return false }
        let parts = name.dropFirst(start.count).split(separator: "-", omittingEmptySubsequences: false)
        // A third part, where the volume could not exchange folders in one step.
        return (2...3).contains(parts.count) && !parts[0].isEmpty && parts[0].allSatisfy { $0.isASCII && $0.isNumber }
            && parts.dropFirst().allSatisfy { $0.count == 16 && $0.allSatisfy { $0.isHexDigit } }
    }
}
