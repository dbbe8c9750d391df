import Hummingbird

let router = Router()
router.get("/bare") { _, _ in "bare" }
let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 7861
let application = Application(
    router: router,
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port))
)
try await application.runService()
