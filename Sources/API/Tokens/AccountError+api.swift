import Accounts
import HTTPServer
import HTTPTypes

extension APIError {
    /// Maps refusals of the account rules to errors of the API.
    static func mappingAccountErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as AccountError where error.code == .tooManyTokens {
            throw APIError(.conflict, "conflict", error.message)
        } catch let error as AccountError {
            throw APIError(.forbidden, "forbidden", error.message)
        }
    }
}
