public import Hummingbird
public import NIOCore
import SharedState

/// What middleware resolves about a request, and the peer's address.
public struct CarrelRequestContext: RequestContext, RemoteAddressRequestContext {
    /// Hummingbird's own state, such as the request id.
    public var coreContext: CoreRequestContextStorage
    /// The connection's peer, which may be a proxy.
    public let remoteAddress: SocketAddress?

    /// Called by Hummingbird for each request.
    public init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.remoteAddress = source.channel.remoteAddress
    }

    /// The client's address, as resolved from a trusted proxy's header.
    var forwardedAddress: String?

    /// The caller's trace, from a valid `traceparent`.
    var trace: TraceContext?

    /// What the body takes of the worker's budget; `nil` for a short one.
    var body: BodyShare?

    /// The client's address as text, for logs and limits.
    var address: String? { self.forwardedAddress ?? self.remoteAddress?.ipAddress }

    /// What limits by address count the client as.
    package var addressKey: String? { self.address.map { AddressKey.of($0) } }
}

package typealias CarrelRouter = Router<CarrelRequestContext>
