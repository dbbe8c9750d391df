import Testing

@testable import Identity

struct AddressRulesTests {
    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "100.63.0.1", "2606:4700::1111",
        "2a00:1450::1",
    ])
    func publicAddressesAreReached(address: String) {
        #expect(AddressRules.isPublic(address))
    }

    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::",
        "3fff::1", "", "localhost", "127.1", "0x7f.1", "2130706433",
    ])
    func othersAreNot(address: String) {
        #expect(!AddressRules.isPublic(address))
    }
}
