import Testing

@testable import Files

@Suite struct FileSystemTests {
    @Test func theMountTableGivesTheTypeOfAFileSystem() {
        let mounts = """
            36 35 98:0 / / rw,noatime master:1 - ext4 /dev/root rw
            37 36 0:50 / /data\\040x rw shared:1 master:2 - nfs4 server:/x rw
            """
        #expect(FileSystem.type(ofMount: "36", in: mounts) == "ext4")
        #expect(FileSystem.type(ofMount: "37", in: mounts) == "nfs4")
        #expect(FileSystem.type(ofMount: "3", in: mounts) == nil)
    }
}
