import GRDB
import Synchronization

@testable import Vault

/// Collects the SQL of a store's indexes.
final class Statements: Sendable {
    private let list = Mutex<[String]>([])

    var all: [String] { self.list.withLock { $0 } }

    var hooks: StoreHooks {
        StoreHooks(connected: { db in
            db.trace { event in
                guard case .statement(let statement) = event else { return }
                self.list.withLock { $0.append(statement.sql) }
            }
        })
    }
}
