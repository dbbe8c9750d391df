public import Hummingbird
public import NIOCore

/// What is known of a request besides itself.
public struct CarrelRequestContext: RequestContext, RemoteAddressRequestContext {
    /// What Hummingbird keeps.
    public var coreContext: CoreRequestContextStorage
    /// The peer's address.
    public let remoteAddress: SocketAddress?

    /// Made for each request by Hummingbird.
    public init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.remoteAddress = source.channel.remoteAddress
    }

    /// The client's address where a proxy that is believed has named it.
    var forwardedAddress: String?

    /// The trace that the request is part of, where a caller has named one.
    var trace: TraceContext?

    /// The client's address as text, for logs and limits.
    var address: String? { self.forwardedAddress ?? self.remoteAddress?.ipAddress }
}

/// A router of this server's routes.
package typealias CarrelRouter = Router<CarrelRequestContext>
