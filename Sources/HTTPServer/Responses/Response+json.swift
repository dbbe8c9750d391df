package import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// - Parameter body: encoded JSON.
    package static func json(
        _ body: [UInt8],
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var fields = headers
        fields.append(HTTPField(name: .contentType, value: "application/json"))
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
