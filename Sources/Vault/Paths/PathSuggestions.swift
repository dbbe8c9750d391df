internal import NoteFormat

/// Finds notes with paths similar to one that leads nowhere.
struct PathSuggestions {
    private let reader: IndexReader
    private static let count = 3

    init(_ reader: IndexReader) { self.reader = reader }

    /// The error that there is no such note, with suggestions.
    func notFound(_ path: NotePath) throws -> VaultError {
        VaultError(.notFound, "there is no note at '\(path.text)'", suggestions: try self.suggestions(for: path))
    }

    private func suggestions(for path: NotePath) throws -> [String] {
        let wanted = Array(Slug.of(path.stem).utf8.prefix(64))
        let folder = String(path.folder)
        var best: [(distance: Int, path: String)] = []
        for candidate in try self.reader.paths() {
            let stem = candidate.split(separator: "/").last?.dropLast(3) ?? ""
            let name = Array(Slug.of(stem).utf8.prefix(64))
            let allowed = min(
                best.count == Self.count ? best[Self.count - 1].distance : .max,
                max(2, wanted.count / 3) * 2
            )
            // Half a step for another folder: the same name elsewhere comes before another name here.
            let elsewhere = LinkTarget.folder(of: candidate) == folder ? 0 : 1
            guard let distance = Self.distance(wanted, name, limit: allowed / 2) else { continue }
            best.append((distance * 2 + elsewhere, candidate))
            best.sort { ($0.distance, $0.path) < ($1.distance, $1.path) }
            if best.count > Self.count { best.removeLast() }
        }
        return best.map(\.path)
    }

    /// How many letters to change, add or drop to make one word of another; `nil` where there are more than `limit`.
    private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
        if !left.isEmpty, right.starts(with: left) || left.starts(with: right), min(left.count, right.count) >= 3 {
            return 1
        }
        guard abs(left.count - right.count) <= limit else { return nil }
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            var smallest = row[0]
            for column in 1..<row.count {
                let replaced = diagonal + (right[column - 1] == byte ? 0 : 1)
                diagonal = row[column]
                row[column] = min(replaced, row[column] + 1, row[column - 1] + 1)
                smallest = min(smallest, row[column])
            }
            if smallest > limit { return nil }
        }
        let distance = row[right.count]
        return distance <= limit ? distance : nil
    }
}
