import Encodings

/// The id of a JSON-RPC request, echoed in the response.
///
/// Clients reuse ids, even concurrently: an id does not identify a request or its client.
public enum JSONRPCID: Hashable, Sendable {
    /// A whole number.
    case integer(Int64)
    /// A string.
    case string(String)

    init?(_ value: JSONValue) {
        switch value {
        case .integer(let number): self = .integer(number)
        case .string(let text): self = .string(text)
        case .number(let number):
            guard let whole = Int64(exactly: number) else { return nil }
            self = .integer(whole)
        default: return nil
        }
    }
}
