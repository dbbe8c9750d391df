internal import NoteFormat

/// Finds notes with paths similar to one that leads nowhere.
struct PathSuggestions {
    private let reader: IndexReader
    private static let count = 3
    /// Notes that are compared, in each direction of the two orders: as many in a vault of any size.
    private static let reach = 500

    init(_ reader: IndexReader) { self.reader = reader }

    /// The error that there is no such note, with suggestions.
    func notFound(_ path: NotePath) throws -> VaultError {
        VaultError(.notFound, "there is no note at '\(path.text)'", suggestions: try self.suggestions(for: path))
    }

    private func suggestions(for path: NotePath) throws -> [String] {
        let wanted = Array(Slug.of(path.stem).utf8.prefix(64))
        let folder = String(path.folder)
        var best: [(distance: Int, path: String)] = []
        for candidate in try self.reader.paths(near: path, reach: Self.reach) {
            let stem = candidate.split(separator: "/").last?.dropLast(3) ?? ""
            let name = Array(Slug.of(stem).utf8.prefix(64))
            let allowed = min(
                best.count == Self.count ? best[Self.count - 1].distance : .max,
                max(2, wanted.count / 3) * 2
            )
            // Half a step for another folder: the same name elsewhere comes before another name here.
            let elsewhere = LinkTarget.folder(of: candidate) == folder ? 0 : 1
            guard let distance = EditDistance.between(wanted, name, limit: allowed / 2) else { continue }
            best.append((distance * 2 + elsewhere, candidate))
            best.sort { ($0.distance, $0.path) < ($1.distance, $1.path) }
            if best.count > Self.count { best.removeLast() }
        }
        return best.map(\.path)
    }
}
