import HTTPServer

/// The address to listen on, and the URL that leads there.
struct ListenerSettings: Sendable {
    let host: String
    let port: Int
    let publicURL: PublicURL

    init(reading reader: inout SettingsReader, mode: Mode) {
        _ = reader.value("MCP_TRANSPORT", default: "http", expected: "http") { $0 == "http" ? $0 : nil }
        self.host = reader.text("MCP_HOST", default: mode == .space ? "0.0.0.0" : "127.0.0.1")
        self.port = reader.port("MCP_PORT", default: "7860")
        // Set by Hugging Face.
        let spaceHost = reader.value("SPACE_HOST", default: "") { host in
            if !host.isEmpty { _ = try PublicURL("https://\(host)") }
            return host
        }
        let standard = spaceHost.isEmpty ? "http://localhost:\(self.port)" : "https://\(spaceHost)"
        self.publicURL = reader.value("PUBLIC_URL", default: standard) { try PublicURL($0) }
    }
}
