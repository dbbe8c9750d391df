import Encodings
import HTTPTypes
import Hummingbird
import HummingbirdTLS
import HummingbirdTesting
import Logging
import NIOCore
import NIOSSL
import Synchronization
import TestSupport
import Testing

/// A host of client documents over https, on a port of this machine; the test says what it answers.
final class DocumentHost: Sendable {
    /// Name and port.
    let host: String
    /// PEM file of the authority that servers trust.
    let authorityFile: String
    private let pages: Pages

    private init(port: Int, authorityFile: String, pages: Pages) {
        self.host = "localhost:\(port)"
        self.authorityFile = authorityFile
        self.pages = pages
    }

    /// The paths that were asked for.
    var asked: [String] { self.pages.asked.withLock { $0 } }

    func url(_ path: String = "/app.json") -> String { "https://\(self.host)\(path)" }

    /// Answers at a path.
    func answer(_ path: String, _ response: @escaping @Sendable () -> Response) {
        self.pages.responses.withLock { $0[path] = response }
    }

    /// Answers at a path with the document of a client; `nil` leaves a member out.
    func publish(_ path: String = "/app.json", _ changes: [String: JSONValue?] = [:]) {
        var document: [String: JSONValue] = [
            "client_id": .string(self.url(path)), "client_name": "Reader",
            "redirect_uris": [.string(OAuthApp.redirect)],
        ]
        for (name, value) in changes { document[name] = value }
        var object = JSONObject()
        for (name, value) in document { object[name] = value }
        var writer = JSONWriter()
        writer.value(.object(object))
        let bytes = writer.bytes
        self.answer(path) {
            Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        }
    }

    /// Lends a host.
    ///
    /// - Parameter isTrusted: whether its certificate is of the authority that servers trust.
    static func lend(
        isTrusted: Bool = true,
        _ body: @escaping @Sendable (DocumentHost) async throws -> Void
    ) async throws {
        try await withLoopbackRedis { files in
            let certificates = try Certificates(files)
            let own = try certificates.make("host", names: "DNS:localhost")
            let tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(own.certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: own.key, format: .pem))
            )
            let pages = Pages()
            let router = Router(context: BasicRequestContext.self)
            router.get("**") { request, _ in pages.response(at: request.uri.path) }
            var quiet = Logger(label: "documents")
            quiet.logLevel = .critical
            try await Application(
                router: router,
                server: .tls(tlsConfiguration: tls),
                configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
                logger: quiet
            ).test(.live) { client in
                let authority = isTrusted ? certificates.authority : certificates.otherAuthority
                try await body(DocumentHost(port: try #require(client.port), authorityFile: authority, pages: pages))
            }
        }
    }
}

extension DocumentHost {
    fileprivate final class Pages: Sendable {
        let responses = Mutex<[String: @Sendable () -> Response]>([:])
        let asked = Mutex<[String]>([])

        func response(at path: String) -> Response {
            self.asked.withLock { $0.append(path) }
            return self.responses.withLock { $0[path] }?() ?? Response(status: .notFound)
        }
    }
}
