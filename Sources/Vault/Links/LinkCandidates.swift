internal import NoteFormat

/// All notes that links of one key may lead to, ready to choose from for many links.
struct LinkCandidates: Sendable {
    private var byPath: [String: Int64] = [:]
    private var byPathSlug: [String: [(path: String, id: Int64)]] = [:]
    /// By slug of title or file name, then by folder.
    private var byName: [String: [String: (path: String, id: Int64)]] = [:]
    private var firstByName: [String: (path: String, id: Int64)] = [:]

    /// Takes in notes in the order of their paths: of several that fit alike, the first is chosen.
    init(_ notes: [(id: Int64, names: NoteNames)]) {
        for (id, names) in notes.sorted(by: { $0.names.path < $1.names.path }) {
            self.byPath[names.path] = id
            self.byPathSlug[names.pathSlug, default: []].append((names.path, id))
            let folder = LinkTarget.folder(of: names.path)
            for name in Set([names.nameKey, names.titleSlug]) {
                if self.byName[name]?[folder] == nil { self.byName[name, default: [:]][folder] = (names.path, id) }
                if self.firstByName[name] == nil { self.firstByName[name] = (names.path, id) }
            }
        }
    }

    /// The note that a link leads to: by path, then by title or file name, in the same folder first.
    func note(for target: LinkTarget) -> Int64? {
        for path in target.paths {
            if let id = self.byPath[path] { return id }
        }
        for path in target.paths {
            if let match = self.byPathSlug[Slug.of(path.dropLast(3))]?.first { return match.id }
        }
        guard let slug = target.slug else { return nil }
        return self.byName[slug]?[target.folder]?.id ?? self.firstByName[slug]?.id
    }
}
