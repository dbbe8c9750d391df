import Foundation

func removeIndex(_ rig: VaultRig) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: rig.indexPath) {
        try FileManager.default.removeItem(atPath: rig.indexPath + "/" + name)
    }
}

func indexFiles(_ rig: VaultRig) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: rig.indexPath).sorted()
}
