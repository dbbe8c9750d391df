public import Encodings

/// The body of a POST: one message, or several as revision 2025-03-26 has it.
public enum JSONRPCPayload: Sendable {
    /// One message.
    case single(JSONRPCMessage)
    /// Several, each by itself good or bad; never none.
    case batch([Result<JSONRPCMessage, JSONRPCError>])

    /// Tells what a body is.
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
