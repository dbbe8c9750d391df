import HTTPServer
import HTTPTypes
package import Identity
package import Vault

extension VaultStore {
    /// The principal's vault, restricted to the folders that its token names.
    ///
    /// - Parameter sequence: the number of the vault's last change, which no answer is older than; `nil` where it is unknown.
    package func vault(of principal: Principal, sequence: Int64?) throws -> Vault {
        let vault = try self.vault(of: principal.user.value, sequence: sequence)
        guard let folders = principal.folders else { return vault }
        do {
            return try vault.restricted(to: folders)
        } catch let error as VaultError {
            throw APIError.forbidden("The token's folders cannot be used: \(error.message).")
        }
    }
}
