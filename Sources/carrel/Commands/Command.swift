import ArgumentParser
import Foundation
import Identity
import Logging
import SharedState
import Vault

/// Shared by the commands.
enum Command {
    /// `EX_CONFIG` of sysexits.h.
    static let configurationExit: Int32 = 78

    /// - Throws: an exit after listing every invalid setting.
    static func settings() async throws -> Settings {
        do {
            return try await Settings.load()
        } catch let error as SettingsError {
            throw Self.failure("\(error)", code: Self.configurationExit)
        }
    }

    /// Prints a message on standard error.
    static func failure(_ message: String, code: Int32 = 1) -> ExitCode {
        FileHandle.standardError.write(Data("carrel: \(message)\n".utf8))
        return ExitCode(code)
    }

    /// Maps the errors of a command to a message and an exit status.
    static func reporting<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as SettingsError {
            throw Self.failure("\(error)", code: Self.configurationExit)
        } catch let error as IdentityError {
            throw Self.failure(error.message)
        } catch let error as SharedStateError {
            throw Self.failure("\(error)")
        } catch let error as VaultError {
            throw Self.failure("\(error.code.rawValue): \(error.message)")
        }
    }

    /// Logs to standard error: standard output is the command's result.
    static var logger: Logger {
        var logger = Logger(label: "carrel") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }

    /// A token given as argument, or as `-` on standard input so that it stays out of the process list.
    static func token(_ argument: String) throws -> String {
        guard argument == "-" else { return argument }
        guard let line = readLine(strippingNewline: true) else { throw ValidationError("No token on standard input.") }
        return line.trimmingCharacters(in: .whitespaces)
    }
}
