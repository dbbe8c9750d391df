import Foundation
import HTTPServer
import Hummingbird
import HummingbirdTesting
import Logging
import SharedState
import Vault

@testable import carrel

/// Lends a server.
///
/// - Parameters:
///   - isLocal: whether it signs users of this machine in without proof.
///   - isLive: whether requests go through sockets, and so have an address.
///   - providerURL: an OpenID provider.
///   - documents: a host of client documents.
///   - replacing: the stores of the server, in place of those in memory.
func withServer(
    isLocal: Bool = true,
    isLive: Bool = false,
    rates: RateLimits = RateLimits(),
    failureLimit: RateLimit = RateLimit(60, per: .seconds(60)),
    registrationLimit: RateLimit = RateLimit(100, per: .seconds(3600)),
    publicURL: String = "http://localhost:7860",
    allowedOrigins: [String] = [],
    trustedProxies: [String] = [],
    bodies: BodyBudget.Limits = BodyBudget.Limits(),
    providerURL: String? = nil,
    documents: DocumentHost? = nil,
    replacing: (SharedPorts) -> SharedPorts = { $0 },
    _ body: @escaping @Sendable (TestServer) async throws -> Void
) async throws {
    let clock = TestClock()
    let audit = RecordedEvents()
    let state = replacing(MemoryBackend(rateLimits: rates) { .seconds(clock.now) }.ports)
    let outbound = ServerParts.Outbound(
        providerURL: providerURL,
        authorityFile: documents?.authorityFile,
        trustedHosts: Set(documents.map { [$0.host] } ?? [])
    )
    let configuration = EdgeConfiguration(
        host: "127.0.0.1",
        port: 7860,
        publicURL: try PublicURL(publicURL),
        allowedOrigins: allowedOrigins,
        trustedProxies: TrustedProxies(trustedProxies) ?? .none,
        rateLimits: rates,
        failureLimit: failureLimit,
        registrationLimit: registrationLimit,
        isLocal: isLocal,
        bodyLimits: bodies
    )
    try await withVaults { vaults, logger in
        let parts = try ServerParts(configuration, state, vaults, audit, clock, outbound, logger)
        let router = try parts.routes.router(readiness: Readiness { try await state.probe() })
        let address = ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0))
        try await Application(router: router, configuration: address, logger: logger)
            .test(isLive ? .live : .router) { client in
                try await body(
                    TestServer(
                        client: client,
                        state: state,
                        accounts: parts.accounts,
                        audit: audit,
                        clock: clock,
                        usage: parts.routes.usage
                    )
                )
            }
    }
}

/// Lends vaults in a folder of their own, and a logger that prints nothing.
private func withVaults(_ body: (VaultStore, Logger) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "carrel-routes-\(UUID().uuidString)")
    defer { removeFolder(folder) }
    // Keeps metadata, which request ids are in.
    var quiet = Logger(label: "test")
    quiet.logLevel = .critical
    let vaults = try VaultStore(
        configuration: VaultConfiguration(
            vaultsPath: folder.appending(path: "vaults").path,
            indexPath: folder.appending(path: "index").path
        ),
        logger: quiet
    )
    try await body(vaults, quiet)
    await vaults.close()
}

private func removeFolder(_ folder: URL) {
    do {
        try FileManager.default.removeItem(at: folder)
    } catch {
        // A test that opened no vault has made no folder.
    }
}
