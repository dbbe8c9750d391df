import SharedState
import Testing

struct AddressKeyTests {
    @Test(
        arguments: [
            ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("::1", "0000000000000000/64"),
            ("2001:db8:1:2:3:4:5:6", "20010db800010002/64"), ("2001:DB8:1:2::", "20010db800010002/64"),
            ("not:an:address", "not:an:address"), ("", ""),
        ]
    )
    func ipv6AddressesShareTheKeyOfTheirNetwork(address: String, key: String) {
        #expect(AddressKey.of(address) == key)
    }
}
