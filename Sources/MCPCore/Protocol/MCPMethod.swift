/// The name of a method or notification.
public struct MCPMethod: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String

    /// Takes a name, known or not.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Opens a session.
    public static let initialize = MCPMethod(rawValue: "initialize")
    /// Says that the client is ready.
    public static let initialized = MCPMethod(rawValue: "notifications/initialized")
    /// Asks whether the other side is there.
    public static let ping = MCPMethod(rawValue: "ping")
    /// Lists tools.
    public static let toolsList = MCPMethod(rawValue: "tools/list")
    /// Calls a tool.
    public static let toolsCall = MCPMethod(rawValue: "tools/call")
}
