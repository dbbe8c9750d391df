import Encodings
import Foundation
import TestSupport
import Testing

struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("0", 0), ("-0", .number(-0.0)), ("42", 42),
            ("-7", -7),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", 1.5), ("1e3", 1000.0), ("1E-2", 0.01),
            ("1.0", 1.0), (#""""#, ""), (#""aé語😀""#, "aé語😀"), (#""\u0041\n\t\"\\\/\b\f\r""#, "A\n\t\"\\/\u{8}\u{C}\r"),
            (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\u{0}"), ("[]", []), ("[1, [2], {}]", [1, [2], [:]]),
            ("{}", [:]), (#"{"a": 1, "b": {"c": [null]}}"#, ["a": 1, "b": ["c": [nil]]]), ("\t\r\n 1 \n", 1),
            ("\"\u{7f}\"", "\u{7f}"), (#"{"":0}"#, ["": 0]),
        ] as [(String, JSONValue)]
    )
    func validJSONIsParsed(text: String, expected: JSONValue) throws {
        let value = try self.parse(text)
        #expect(value == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "tru", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+",
        "0x1",
        "1 2", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "}", "{1:2}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        #"{"a":1"#, #"{"a" 1}"#, #"{,}"#, #"{"a":1 "b":2}"#, #"""#, #""a"#, #""\x""#, #""\u12""#, #""\u12g4""#,
        #""\ud800""#, #""\ud800x""#, #""\ud800\u0041""#, #""\udc00""#, "\"a\nb\"", "\"\t\"", "'a'", "1e999", "-1e999",
        "\u{FEFF}1", "/*x*/1", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "[1]x", #""a"b"#, "\u{0}", "1\u{0}",
    ])
    func invalidJSONIsRejected(text: String) {
        #expect(throws: JSONError.self) { try self.parse(text) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE8, 0xAA, 0x22],
            [0x22, 0x5C, 0x6E, 0xFF, 0x22], [0xEF, 0xBB, 0xBF, 0x31],
        ] as [[UInt8]]
    )
    func invalidUTF8IsRejected(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONParser.parse(bytes) }
    }

    @Test func nestingIsBounded() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try self.parse(deep)
        #expect(throws: JSONError.self) { try self.parse("[\(deep)]") }
        #expect(throws: JSONError.self) { try self.parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try self.parse(String(repeating: #"{"a":"#, count: 100_000)) }
    }

    @Test func theNumberOfValuesIsBounded() throws {
        let most = JSONParser.mostValues
        let zeros = Array(repeating: "0", count: most - 1)
        let value = try self.parse("[\(zeros.joined(separator: ","))]")
        #expect(value.arrayValue?.count == most - 1)
        let fields = (0..<most).map { #""\#($0)":0"# }
        for text in ["[0,\(zeros.joined(separator: ","))]", "{\(fields.joined(separator: ","))}"] {
            #expect(throws: JSONError.self) { try self.parse(text) }
        }
    }

    @Test func anErrorHasItsOffset() {
        do {
            _ = try self.parse(#"{"a": x}"#)
            Issue.record("taken")
        } catch let error as JSONError {
            #expect(error.offset == 6)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func aLargeObjectIsReadInLinearTime() throws {
        let fields = (0..<90_000).map { #""key\#($0)":\#($0)"# }.joined(separator: ",")
        let value = try self.parse("{\(fields)}")
        #expect(value.objectValue?.count == 90_000)
        #expect(value["key89999"] == 89_999)
    }

    @Test func writtenValuesParseEqual() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let value = Self.random(depth: 0, &generator)
            var writer = JSONWriter()
            writer.value(value)
            let read = try JSONParser.parse(writer.bytes)
            #expect(read == value)
            let other = try JSONSerialization.jsonObject(with: Data(writer.bytes), options: .fragmentsAllowed)
            if case .string(let text) = value { #expect(other as? String == text) }
        }
    }

    @Test func randomBytesNeverCrash() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array(#"{}[]",:\u0123456789abcdefntrls.eE+- "#.utf8) + [0, 9, 10, 0xC3, 0xA9, 0xFF]
        var errors = 0
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0..<24, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            do {
                _ = try JSONParser.parse(bytes)
            } catch {
                errors += 1
            }
        }
        #expect(errors > 40_000)
    }

    private static func random(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: .min ... .max, using: &generator))
        case 3: return .number(Double.random(in: -1e9...1e9, using: &generator) + 0.5)
        case 4, 5:
            let scalars = (0..<Int.random(in: 0..<12, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0x2FFF, using: &generator))
            }
            return .string(String(String.UnicodeScalarView(scalars)))
        case 6: return .array((0..<3).map { _ in Self.random(depth: depth + 1, &generator) })
        default:
            var object = JSONObject()
            for index in 0..<3 { object["k\(index)\"\n"] = Self.random(depth: depth + 1, &generator) }
            return .object(object)
        }
    }
}
