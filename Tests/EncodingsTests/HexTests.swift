import Encodings
import Testing

struct HexTests {
    @Test(arguments: [([], ""), ([0], "00"), ([15, 16, 255], "0f10ff")] as [([UInt8], String)])
    func bytesAreTwoLowerCaseDigitsEach(bytes: [UInt8], text: String) {
        #expect(Hex.encode(bytes) == text)
    }

    @Test func digitsOfBothCasesHaveValues() {
        let values = "0123456789abcdefABCDEF".utf8.compactMap { Hex.value($0) }
        #expect(values == Array(0...15) + Array(10...15))
    }

    @Test(arguments: ["g", "G", "/", ":", "@", "`", " "])
    func otherBytesAreNotDigits(text: String) {
        #expect(text.utf8.allSatisfy { Hex.value($0) == nil })
    }
}
