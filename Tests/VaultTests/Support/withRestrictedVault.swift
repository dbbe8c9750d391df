@testable import Vault

/// Runs `body` with a vault that has notes in and around the folder `work`, and that vault restricted to the folder.
func withRestrictedVault(
    _ body: (_ rig: VaultRig, _ whole: Vault, _ held: Vault) async throws -> Void
) async throws {
    try await withVault { rig, vault in
        try await vault.write("work/plan.md", "# Plan\n\nApples to launch, see [[diary]] and [[ideas]]. #apple #work")
        try await vault.write("work/deep/ideas.md", "# Ideas\n\nPears. Back to [[plan]]. #pear")
        try await vault.write("workshop/x.md", "# Shop\n\nApples and hammers, [[plan]]. #apple #secret")
        try await vault.write("Work/x.md", "# Capital\n\nApples, [[plan]]. #apple")
        try await vault.write("work.md", "# Work\n\nNothing yet. #work")
        try await vault.write("diary.md", "# Diary\n\nApples in the garden, [[plan]]. #apple #garden")
        try await body(rig, vault, try vault.restricted(to: ["work"]))
    }
}
