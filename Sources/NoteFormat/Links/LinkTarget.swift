/// What a link in a certain note may lead to.
package struct LinkTarget: Sendable {
    /// The paths it may name, the better one first.
    package let paths: [String]
    /// What it names as a title or a file's name; `nil` for a link that names a path only.
    package let slug: String?
    /// The folder of the note that has the link.
    package let folder: String
    /// The key under which all notes are found that it may lead to.
    package let key: String

    /// - Parameter source: the path of the note that has the link.
    package init(_ kind: RawLink.Kind, target: String, from source: String) {
        let folder = Self.folder(of: source)
        let isAbsolute = target.hasPrefix("/")
        let name = isAbsolute ? String(target.drop { $0 == "/" }) : target
        let path = name.lowercased().hasSuffix(".md") ? name : name + ".md"
        let inFolder = isAbsolute ? nil : Self.resolve(path, in: folder)
        let inRoot = Self.resolve(path, in: "")
        // A name alone is looked for next to the note, a path from the vault's own folder as Obsidian writes it.
        let folderFirst = kind == .markdown || !name.contains("/") || name.hasPrefix(".")
        var paths = (folderFirst ? [inFolder, inRoot] : [inRoot, inFolder]).compactMap { $0 }
        if paths.count == 2, paths[0] == paths[1] { paths.removeLast() }
        self.paths = paths
        self.folder = folder
        self.slug = kind == .wiki ? Slug.of(path.dropLast(3)) : nil
        self.key = Slug.lastComponent(Slug.of(path.dropLast(3)))
    }

    /// The folder that a path is in; empty for the vault's own folder.
    package static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }

    /// Joins a path to a folder and works `.` and `..` off; `nil` where it leads out of the vault.
    private static func resolve(_ path: String, in folder: String) -> String? {
        var names = folder.split(separator: "/").map(String.init)
        for name in path.split(separator: "/") {
            switch name {
            case ".": continue
            case "..":
                guard names.popLast() != nil else { return nil }
            default: names.append(String(name))
            }
        }
        return names.joined(separator: "/")
    }
}
