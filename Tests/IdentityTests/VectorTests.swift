import Encodings
import Testing

@testable import Identity

struct VectorTests {
    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    /// RFC 4231, test cases 1, 2, 3 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func tagsAreThoseOfTheStandard(key: [UInt8], message: [UInt8], expected: String) throws {
        let authenticator = try MessageAuthenticator(key: key)
        let first = try authenticator.tag(of: message)
        let second = try authenticator.tag(of: message)
        #expect(self.hex(first) == expected)
        #expect(first == second)
    }

    /// RFC 7515, appendix A.1: the signature over the header and claims there.
    @Test func theSignatureOfTheRFCExampleIsValid() throws {
        let key = try #require(
            Self.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
        )
        let message =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let tag = try MessageAuthenticator(key: key).tag(of: Array(message.utf8))
        #expect(Base64URL.encode(tag) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    }

    private static func decode(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.utf8.count)
        let count = Array(text.utf8).withUnsafeBufferPointer { text in
            bytes.withUnsafeMutableBufferPointer { Base64URL.decode(text, into: $0) }
        }
        return count.map { Array(bytes.prefix($0)) }
    }

    @Test(arguments: [("", []), ("Zg", [102]), ("Zm8", [102, 111]), ("Zm9v", [102, 111, 111]), ("-_8", [251, 255])])
    func base64URLRoundTrips(text: String, bytes: [UInt8]) {
        #expect(Self.decode(text) == bytes)
        #expect(Base64URL.encode(bytes) == text)
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm 9v", "+/8", "Zm9v\n", "\u{e9}"])
    func otherTextsAreNotBase64URL(text: String) {
        #expect(Self.decode(text) == nil)
    }
}
