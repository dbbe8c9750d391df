import Configuration
import SystemPackage

extension Settings {
    /// Reads the environment and `.env`.
    ///
    /// - Throws: ``SettingsError`` with all problems of all settings.
    static func load() async throws -> Settings {
        let file: EnvironmentVariablesProvider
        do {
            file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw SettingsError(problems: ["The file .env cannot be read: \(error)"])
        }
        var reader = SettingsReader(
            environment: ConfigReader(provider: EnvironmentVariablesProvider()),
            file: ConfigReader(provider: file)
        )
        let settings = Settings(reading: &reader)
        guard reader.problems.isEmpty else { throw SettingsError(problems: reader.problems) }
        return settings
    }
}
