import Encodings

/// The id of a JSON-RPC request, given back as it came.
///
/// Clients give the same id to several requests at once; it says nothing of whose a request is.
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
