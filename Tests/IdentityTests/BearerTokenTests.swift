import Identity
import Testing

struct BearerTokenTests {
    @Test(arguments: ["Bearer abc.def-_~+/=", "bearer abc.def-_~+/=", "BEARER abc.def-_~+/=", "Bearer   abc.def-_~+/="])
    func aValidTokenIsParsed(header: String) throws {
        let token = try BearerToken.parse(header)
        #expect(token == "abc.def-_~+/=")
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b", "Bearer a,b", "Bearer \u{e9}", "Bearer a\tb",
        "Bearerabc", "Token abc", " Bearer abc", "Bearer \"abc\"", "Bearer abc, Bearer def",
    ])
    func otherHeadersAreMalformed(header: String) {
        do {
            _ = try BearerToken.parse(header)
            Issue.record("taken")
        } catch let error as IdentityError {
            #expect(error.code == .malformed)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func noHeaderMeansAMissingToken() {
        do {
            _ = try BearerToken.parse(nil)
            Issue.record("taken")
        } catch let error as IdentityError {
            #expect(error.reason == "missing")
        } catch {
            Issue.record("\(error)")
        }
    }
}
