/// Values of `Host` and `Origin` to accept besides those of the public URL.
struct HostSettings: Sendable {
    let allowedHosts: [String]
    let allowedOrigins: [String]

    init(reading reader: inout SettingsReader) {
        self.allowedHosts = reader.list("ALLOWED_HOSTS")
        self.allowedOrigins = reader.list("ALLOWED_ORIGINS")
    }
}
