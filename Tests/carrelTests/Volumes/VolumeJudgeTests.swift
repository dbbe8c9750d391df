import Files
import SharedState
import Testing

@testable import carrel

/// What a worker makes of what it sees of the others through the volume.
@Suite struct VolumeJudgeTests {
    private func beat(_ number: Int, age: Duration = .seconds(1)) -> [WorkerBeat] {
        [WorkerBeat(worker: "other", number: number, age: age)]
    }

    private func sight(_ number: Int?, isLocked: Bool = true) -> [String: HeldFile.Sight] {
        ["other": HeldFile.Sight(number: number, isLocked: isLocked)]
    }

    @Test(arguments: [false, true])
    func aWorkerAloneIsSound(isShared: Bool) {
        var judge = VolumeJudge(isShared: isShared, hasOwnIndexes: false)
        #expect(judge.finding([], sights: [:]) == .sound)
    }

    @Test(arguments: [false, true])
    func aWorkerWithoutAFileHasAnotherVolume(isShared: Bool) {
        var judge = VolumeJudge(isShared: isShared, hasOwnIndexes: true)
        #expect(judge.finding(self.beat(3), sights: [:]) == .unsound(.notShared(worker: "other")))
        #expect(judge.finding(self.beat(3, age: .seconds(8)), sights: [:]) == .sound)
    }

    @Test func onOneMachineADeadWorkerHasNoLock() {
        var judge = VolumeJudge(isShared: false, hasOwnIndexes: false)
        #expect(judge.finding(self.beat(3), sights: self.sight(3, isLocked: false)) == .sound)
    }

    @Test func aSharedVolumeIsSoundOnceASecondBeatIsSeen() {
        var judge = VolumeJudge(isShared: true, hasOwnIndexes: false)
        #expect(judge.finding(self.beat(3), sights: self.sight(3)) == .pending)
        #expect(judge.finding(self.beat(3), sights: self.sight(3)) == .pending)
        #expect(judge.finding(self.beat(4), sights: self.sight(5)) == .sound)
    }

    @Test func aVolumeWithoutLocksNeedsIndexesOfEachMachine() {
        for hasOwnIndexes in [false, true] {
            var judge = VolumeJudge(isShared: true, hasOwnIndexes: hasOwnIndexes)
            _ = judge.finding(self.beat(3), sights: self.sight(3, isLocked: false))
            let finding = judge.finding(self.beat(4), sights: self.sight(4, isLocked: false))
            #expect(finding == (hasOwnIndexes ? .sound : .unsound(.noLocks(worker: "other"))))
        }
    }

    @Test func aDeadWorkerOnASharedVolumeIsWaitedForUntilItIsSilent() {
        var judge = VolumeJudge(isShared: true, hasOwnIndexes: false)
        #expect(judge.finding(self.beat(3), sights: self.sight(3, isLocked: false)) == .pending)
        #expect(judge.finding(self.beat(3, age: .seconds(8)), sights: self.sight(3, isLocked: false)) == .sound)
    }

    @Test func aBeatThatIsSeenTooLateIsStale() {
        var judge = VolumeJudge(isShared: true, hasOwnIndexes: true)
        #expect(judge.finding(self.beat(3), sights: self.sight(3)) == .pending)
        for number in 4...6 { #expect(judge.finding(self.beat(number), sights: self.sight(3)) == .pending) }
        #expect(judge.finding(self.beat(7), sights: self.sight(3)) == .unsound(.stale(worker: "other")))
        #expect(judge.finding(self.beat(8), sights: self.sight(8)) == .sound)
    }

    @Test func aWorkerThatServesGoesOnWhileANewOneIsNotKnownYet() {
        var judge = VolumeJudge(isShared: true, hasOwnIndexes: false)
        #expect(judge.finding([], sights: [:]) == .sound)
        #expect(judge.finding(self.beat(1), sights: self.sight(1)) == .sound)
        #expect(judge.finding(self.beat(2), sights: [:]) == .unsound(.notShared(worker: "other")))
        // Once it has stopped it looks as closely as at the start.
        #expect(judge.finding(self.beat(1), sights: self.sight(1)) == .pending)
    }

    @Test func anUnfitVolumeIsForOneWorkerOnly() {
        var judge = VolumeJudge(isShared: true, hasOwnIndexes: true, unfitType: "fuse.sshfs")
        #expect(judge.finding([], sights: [:]) == .sound)
        let finding = judge.finding(self.beat(2), sights: self.sight(2))
        #expect(finding == .unsound(.unfit(type: "fuse.sshfs")))
    }
}
