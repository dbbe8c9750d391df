import Vault

/// Folders of vaults and indexes.
struct PathSettings: Sendable {
    let vaults: String
    let index: String
    let volume: VolumeMode

    init(reading reader: inout SettingsReader) {
        self.vaults = Self.withoutSlash(reader.text("VAULT_BASE_PATH", default: "data/vaults"))
        let index = Self.withoutSlash(reader.text("DATABASE_PATH", default: "data/index"))
        // The deployment guide names a database file; Carrel has a folder with one file per user.
        self.index = index.hasSuffix(".db") ? String(index.dropLast(3)) : index
        self.volume = reader.value("VOLUME", default: "auto", expected: "auto, local or shared") {
            ["auto": VolumeMode.automatic, "local": .local, "shared": .shared][$0]
        }
        if self.index == self.vaults || self.index.hasPrefix(self.vaults + "/") {
            reader.reject("DATABASE_PATH must not be inside VAULT_BASE_PATH.")
        }
    }

    /// The parent folder of the vaults, which also holds revocations and a generated secret.
    var data: String {
        let parts = self.vaults.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let path = parts.joined(separator: "/")
        return path.isEmpty ? (self.vaults.hasPrefix("/") ? "/" : ".") : path
    }

    private static func withoutSlash(_ path: String) -> String {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
