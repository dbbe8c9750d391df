internal import Files
internal import Logging

/// What a write does on a volume that is full.
extension NoteWriter {
    /// Runs a step; on a full volume once more in the room of the reserve, where the call may have it.
    func withRoom<Value>(_ step: () throws -> Value) throws -> Value {
        do {
            return try step()
        } catch let error where VaultError.isVolumeFull(error) {
            guard try self.index.reserve.release() else { throw error }
            return try step()
        }
    }

    /// Writes the intent of a delete, which must not wait for room.
    ///
    /// - Returns: its name; `nil` where an earlier one stands for it.
    func addDelete(_ intent: Intent) throws -> String? {
        if self.index.lackOfRoom == nil {
            do { return try self.intents.add(intent) } catch let error where VaultError.isVolumeFull(error) {}
        }
        // The intents of many deletes would take the room that the deletes make.
        return try self.withRoom { try self.intents.addDeletes() }
    }
}
