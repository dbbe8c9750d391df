import Identity
import Testing

@testable import HTTPServer

struct BodyBudgetTests {
    private static let limits = BodyBudget.Limits(perUser: 300, perAddress: 400, perWorker: 1000)
    private let budget = BodyBudget(Self.limits)
    private let ada: UserID
    private let bob: UserID

    init() throws {
        self.ada = try UserID("ada")
        self.bob = try UserID("bob")
    }

    private func body(_ bytes: Int, of user: UserID, from address: String? = nil) throws -> BodyShare {
        let share = try BodyShare(self.budget, bytes: 10, address: address)
        do {
            try share.grow(to: bytes, of: user)
        } catch {
            share.end()
            throw error
        }
        return share
    }

    @Test func aUserHoldsNoMoreThanItsShare() throws {
        let first = try self.body(200, of: self.ada)
        #expect(throws: BodyBudget.Shortage.ofUser) { try self.body(101, of: self.ada) }
        let second = try self.body(100, of: self.ada)
        let other = try self.body(200, of: self.bob)
        #expect(self.budget.held == 500)
        for share in [first, second, other] { share.end() }
        #expect(self.budget.held == 0)
        let again = try self.body(300, of: self.ada)
        again.end()
    }

    @Test func anAddressHoldsNoMoreThanItsShareForAllUsers() throws {
        let first = try self.body(200, of: self.ada, from: "192.0.2.1")
        #expect(throws: BodyBudget.Shortage.ofAddress) { try self.body(201, of: self.bob, from: "192.0.2.1") }
        let other = try self.body(201, of: self.bob, from: "192.0.2.2")
        first.end()
        other.end()
        #expect(self.budget.held == 0)
    }

    @Test func aFewWithLongBodiesLeaveRoomForOthers() throws {
        var shares: [BodyShare] = []
        for number in 0..<1000 {
            do {
                shares.append(try self.body(100, of: try UserID("u\(number / 3)"), from: "10.0.0.\(number / 4)"))
            } catch BodyBudget.Shortage.ofWorker {
                continue
            }
        }
        #expect(self.budget.held <= 900)
        try self.budget.take(50)
        let short = try self.body(20, of: self.bob)
        short.end()
        self.budget.giveBack(50)
        for share in shares { share.end() }
        #expect(self.budget.held == 0)
    }

    @Test func shortBodiesAreBoundedInAll() throws {
        for _ in 0..<10 { try self.budget.take(100) }
        #expect(throws: BodyBudget.Shortage.ofWorker) { try self.budget.take(1) }
        #expect(self.budget.held == 1000)
    }

    @Test func aBodyThatGrowsIsCountedOnce() throws {
        let share = try BodyShare(self.budget, bytes: 10, address: "192.0.2.1")
        for length in [70, 70, 140, 300] { try share.grow(to: length, of: self.ada) }
        #expect(self.budget.held == 300)
        #expect(throws: BodyBudget.Shortage.ofUser) { try share.grow(to: 301, of: self.ada) }
        share.end()
        share.end()
        #expect(self.budget.held == 0)
    }

    @Test func bytesAreGivenBackWithTheLastReference() throws {
        var answer: [BodyShare] = []
        do {
            let share = try self.body(200, of: self.ada)
            answer.append(share)
        }
        #expect(self.budget.held == 200)
        answer = []
        #expect(self.budget.held == 0)
    }
}
