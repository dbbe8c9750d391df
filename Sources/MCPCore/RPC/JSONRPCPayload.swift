public import Encodings

/// The body of a POST: one message, or a batch in revision 2025-03-26.
public enum JSONRPCPayload: Sendable {
    /// One message.
    case single(JSONRPCMessage)
    /// A batch, never empty, in which each element is valid or not.
    case batch([Result<JSONRPCMessage, JSONRPCError>])

    /// Decodes a body.
    ///
    /// - Throws: ``JSONRPCError`` with `-32600` for a single bad message or an empty batch.
    public static func decode(_ value: JSONValue) throws(JSONRPCError) -> JSONRPCPayload {
        guard case .array(let elements) = value else { return .single(try JSONRPCMessage.decode(value)) }
        guard !elements.isEmpty else {
            throw JSONRPCError(code: .invalidRequest, message: "A batch must not be empty.")
        }
        return .batch(
            elements.map { element in
                do throws(JSONRPCError) {
                    return .success(try JSONRPCMessage.decode(element))
                } catch {
                    return .failure(error)
                }
            }
        )
    }
}
