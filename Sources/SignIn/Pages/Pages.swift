import HTTPServer
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// HTML pages without scripts, rendered from templates that escape all values.
struct Pages: Sendable {
    /// Which sites may show a page in a frame.
    enum Framing: Sendable {
        /// None, against clickjacking.
        case never
        /// Hugging Face, which shows a Space in a frame.
        case byHost
    }

    private let library: MustacheLibrary
    private let isSecure: Bool
    let endpoint: String

    init(_ publicURL: PublicURL) throws {
        let sources: KeyValuePairs<String, [UInt8]> = [
            "page": PackageResources.page_mustache, "message": PackageResources.message_mustache,
            "welcome": PackageResources.welcome_mustache, "local-login": PackageResources.local_login_mustache,
            "consent": PackageResources.consent_mustache, "account": PackageResources.account_mustache,
            "token": PackageResources.token_mustache,
        ]
        var templates: [String: MustacheTemplate] = [:]
        for (name, source) in sources {
            templates[name] = try MustacheTemplate(string: String(decoding: source, as: UTF8.self))
        }
        self.library = MustacheLibrary(templates: templates)
        self.isSecure = publicURL.scheme == "https"
        self.endpoint = publicURL.endpoint
    }

    /// - Parameter formTargets: origins to which its forms may redirect; browsers apply `form-action` to redirects too.
    func page(
        _ template: String,
        _ values: [String: Any],
        status: HTTPResponse.Status = .ok,
        framing: Framing = .never,
        formTargets: [String] = []
    ) -> Response {
        let html = self.library.render(values, withTemplate: template) ?? ""
        var headers = self.headers(framing, formTargets: formTargets)
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    func message(
        _ title: String,
        _ message: String,
        detail: String? = nil,
        status: HTTPResponse.Status
    ) -> Response {
        var values: [String: Any] = ["title": title, "message": message]
        values["detail"] = detail
        return self.page("message", values, status: status)
    }

    func style() -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.style_css))
        )
    }

    /// Redirects with status 303, so that a form's browser sends GET.
    func redirect(to location: String) -> Response {
        var headers = self.headers(.never, formTargets: [])
        headers[.location] = location
        return Response(status: .seeOther, headers: headers)
    }

    private func headers(_ framing: Framing, formTargets: [String]) -> HTTPFields {
        let ancestors = framing == .never ? "'none'" : "'self' https://huggingface.co"
        let targets = (["'self'"] + formTargets).joined(separator: " ")
        var headers: HTTPFields = [
            .cacheControl: "no-store",
            .contentSecurityPolicy: "default-src 'none'; style-src 'self'; base-uri 'none'; form-action \(targets); "
                + "frame-ancestors \(ancestors)",
            .xContentTypeOptions: "nosniff",
            // Not 'no-referrer': browsers would send forms with the origin 'null' then.
            .referrerPolicy: "same-origin",
        ]
        if framing == .never { headers[.xFrameOptions] = "DENY" }
        if self.isSecure { headers[.strictTransportSecurity] = "max-age=31536000" }
        return headers
    }
}
