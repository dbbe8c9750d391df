import Vault

/// All settings, read once at startup and passed down as plain values.
struct Settings: Sendable {
    let mode: Mode
    let tokens: TokenSettings
    let paths: PathSettings
    let listener: ListenerSettings
    /// `nil` if the shared state is in the worker's memory.
    let redis: RedisSettings?
    let limits: LimitSettings
    let addresses: AddressSettings
    let logging: LogSettings
    let metrics: MetricsSettings
    let hosts: HostSettings
    let notes: NoteSettings
    let signIn: SignInSettings
    let connections: ConnectionSettings

    /// Every setting with its value and source, in the order of `carrel config`.
    let values: [SettingValue]

    /// Must not be used if the reader has problems afterwards: invalid settings have their default.
    init(reading reader: inout SettingsReader) {
        self.mode = Mode(reading: &reader)
        self.tokens = TokenSettings(reading: &reader, mode: self.mode)
        self.paths = PathSettings(reading: &reader)
        self.listener = ListenerSettings(reading: &reader, mode: self.mode)
        self.redis = RedisSettings(reading: &reader, mode: self.mode)
        if self.paths.volume == .shared, self.redis == nil {
            reader.reject("VOLUME=shared needs REDIS_URL: the machines order their writes through Redis.")
        }
        self.limits = LimitSettings(reading: &reader)
        self.addresses = AddressSettings(reading: &reader)
        self.logging = LogSettings(reading: &reader)
        self.metrics = MetricsSettings(reading: &reader, mode: self.mode)
        self.hosts = HostSettings(reading: &reader)
        self.notes = NoteSettings(reading: &reader)
        self.signIn = SignInSettings(reading: &reader)
        self.connections = ConnectionSettings(reading: &reader, mode: self.mode)
        self.values = reader.values
    }
}
