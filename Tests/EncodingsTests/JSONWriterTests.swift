import Encodings
import Testing

struct JSONWriterTests {
    @Test func commasAreAdded() {
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
    func numbersParseEqual(number: Double, expected: String) {
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

    @Test func fieldsWriteTheirKeysAndValues() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("text", "a\"b")
            writer.field("missing", nil as String?)
            writer.field("count", 3)
            writer.field("large", Int64.max)
            writer.field("share", 0.5)
            writer.field("flag", true)
            writer.field("texts", ["x", "y"])
            writer.field("value", ["k": 1])
            writer.field("raw", raw: Array("[]".utf8))
            writer.field("inner", object: { $0.field("a", 1) })
            writer.field("list", array: [1, 2]) { writer, number in
                writer.object { $0.field("n", number) }
            }
        }
        let expected =
            #"{"text":"a\"b","missing":null,"count":3,"large":9223372036854775807,"share":0.5,"flag":true,"#
            + #""texts":["x","y"],"value":{"k":1},"raw":[],"inner":{"a":1},"list":[{"n":1},{"n":2}]}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }
}
