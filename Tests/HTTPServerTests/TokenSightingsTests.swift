import Testing

@testable import HTTPServer

struct TokenSightingsTests {
    @Test func sightingsAreDueOnceAnHourAndOnceAMinute() {
        let sightings = TokenSightings()
        let start = ContinuousClock.now
        let seen = [0, 1, 59, 60, 61, 125, 3599, 3600, 3601].map { sightings.note("a", at: start + .seconds($0)) }
        #expect(seen == [.hour, .none, .none, .minute, .none, .minute, .minute, .hour, .none])
        #expect(sightings.note("b", at: start) == .hour)
    }
}
