/// The name of a method or notification; unknown names are valid values.
public struct MCPMethod: RawRepresentable, Hashable, Sendable {
    /// As in `method`.
    public let rawValue: String

    /// Does not fail for unknown names.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Opens a session.
    public static let initialize = MCPMethod(rawValue: "initialize")
    /// Sent by the client when it is ready.
    public static let initialized = MCPMethod(rawValue: "notifications/initialized")
    /// Checks that the peer responds.
    public static let ping = MCPMethod(rawValue: "ping")
    /// Lists tools.
    public static let toolsList = MCPMethod(rawValue: "tools/list")
    /// Calls a tool.
    public static let toolsCall = MCPMethod(rawValue: "tools/call")
}
