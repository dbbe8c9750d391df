import ArgumentParser
import Configuration
import Vault

/// `carrel config`: every setting with value, default and source.
struct ShowConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show every setting with its value, default and source; secrets are masked."
    )

    func run() async throws {
        let settings = try await Command.settings()
        let volume = Self.volume(settings)
        let rows = settings.values.map { setting in
            (
                setting.name, setting.name == "VOLUME" ? "\(setting.value)\(volume)" : Self.shown(setting),
                setting.standard.isEmpty ? "-" : setting.standard, setting.source
            )
        }
        let nameWidth = rows.map(\.0.count).max() ?? 0
        let valueWidth = min(60, rows.map(\.1.count).max() ?? 0)
        print(Self.padded("SETTING", nameWidth), Self.padded("VALUE", valueWidth), "SOURCE       DEFAULT")
        for (name, value, standard, source) in rows {
            print(
                Self.padded(name, nameWidth),
                Self.padded(value, valueWidth),
                Self.padded(source.rawValue, 12),
                standard
            )
        }
    }

    /// What `auto` comes to.
    private static func volume(_ settings: Settings) -> String {
        guard settings.paths.volume == .automatic, settings.redis != nil,
            let type = VaultStore.fileSystemType(settings.paths.vaults)
        else { return "" }
        return " (\(type.isLocal ? "local" : "shared"): \(type.name))"
    }

    private static func shown(_ setting: SettingValue) -> String {
        if setting.value.isEmpty { return "-" }
        return setting.isSecret ? "(set)" : setting.value
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))  // bounded: an operator's text
    }
}
