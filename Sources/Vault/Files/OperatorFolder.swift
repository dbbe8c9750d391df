internal import Files

/// A folder that the operator named, in the settings or for a command.
enum OperatorFolder {
    /// Opens a folder, and creates it and those above it where they are missing.
    static func openOrCreate(_ path: String) throws -> Folder {
        do {
            return try Folder.openOrCreate(path: path)
        } catch let error as FilesError {
            throw VaultError(.unavailable, "the folder '\(path)' cannot be opened", cause: error)
        }
    }

    /// Opens a folder that must exist.
    static func open(_ path: String) throws -> Folder {
        do {
            return try Folder.open(path: path)
        } catch let error as FilesError {
            throw VaultError(.validationError, "the folder '\(path)' cannot be opened", cause: error)
        }
    }
}
