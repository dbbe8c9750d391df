import HTTPTypes
import Identity
import Vault

extension VaultStore {
    /// The caller's vault, held to the folders that the token names.
    func vault(of principal: Principal) throws -> Vault {
        let vault = try self.vault(of: principal.user.value)
        guard let folders = principal.folders else { return vault }
        do {
            return try vault.restricted(to: folders)
        } catch let error as VaultError {
            throw APIError(.forbidden, "forbidden", "The token's folders cannot be used: \(error.message).")
        }
    }
}
