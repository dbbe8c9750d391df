import ArgumentParser

@main
struct Carrel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "carrel",
        abstract: "A private vault of Markdown notes for every user, for people and for MCP agents.",
        discussion: """
            Settings come from the environment and from a file .env in the working directory; 'carrel config' shows \
            them all. Start with 'carrel serve', then 'carrel token create --user alice'.
            """,
        version: Version.current,
        subcommands: [
            Serve.self, ShowConfiguration.self, Token.self, Sessions.self, Usage.self, Audit.self, User.self,
            Backup.self, Health.self, Welcome.self,
        ]
    )
}
