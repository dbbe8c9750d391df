import MCPCore
import Testing

struct JSONWriterTests {
    @Test func commasComeByThemselves() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.value(1)
        writer.value("x")
        writer.null()
        writer.value(true)
        writer.endArray()
        let escaped = "b\n"
        writer.key(escaped)
        writer.beginObject()
        writer.endObject()
        writer.key("c")
        writer.raw([0x5B, 0x5D])
        writer.endObject()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"a":[1,"x",null,true],"b\n":{},"c":[]}"#)
    }

    @Test(arguments: [
        ("", #""""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t\u{0}\u{1f}\u{7f}", "\"\\n\\r\\t\\u0000\\u001f\u{7f}\""),
        ("aé語😀\u{2028}", "\"aé語😀\u{2028}\""), ("/", #""/""#),
    ])
    func textsAreEscaped(text: String, expected: String) {
        var writer = JSONWriter()
        writer.value(text)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        var mirror = JSONWriter()
        mirror.stringValue(ofUTF8: Array(text.utf8))
        #expect(mirror.bytes == writer.bytes)
    }

    @Test(
        arguments: [
            (0.0, "0.0"), (1.5, "1.5"), (1e300, "1e+300"), (.infinity, "null"), (.nan, "null"), (0.1, "0.1"),
        ] as [(Double, String)]
    )
    func numbersAreReadBackTheSame(number: Double, expected: String) {
        var writer = JSONWriter()
        writer.value(number)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [0, 9, 10, -1, Int64.max, Int64.min])
    func wholeNumbersAreWritten(number: Int64) {
        var writer = JSONWriter()
        writer.value(number)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\(number)")
    }
}
