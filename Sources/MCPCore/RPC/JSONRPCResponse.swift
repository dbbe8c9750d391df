import Encodings

/// Encodes JSON-RPC responses.
public enum JSONRPCResponse {
    /// - Parameter result: encoded JSON, which is not validated.
    public static func encode(id: JSONRPCID, result: [UInt8]) -> [UInt8] {
        var writer = JSONWriter(capacity: result.count + 64)
        Self.begin(&writer, id: id)
        writer.key("result")
        writer.raw(result)
        writer.endObject()
        return writer.bytes
    }

    /// Encodes an error; its `id` is `null` where the request's could not be read.
    public static func encode(_ error: JSONRPCError) -> [UInt8] {
        var writer = JSONWriter()
        Self.begin(&writer, id: error.id)
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.value(error.code.rawValue)
        writer.key("message")
        writer.value(error.message)
        if let data = error.data {
            writer.key("data")
            writer.value(data)
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func begin(_ writer: inout JSONWriter, id: JSONRPCID?) {
        writer.beginObject()
        writer.key("jsonrpc")
        writer.value("2.0")
        switch id {
        case .integer(let number):
            writer.key("id")
            writer.value(number)
        case .string(let text):
            writer.key("id")
            writer.value(text)
        case nil: break
        }
    }
}
