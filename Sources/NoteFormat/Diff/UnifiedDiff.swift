/// The difference of two texts, by lines, as `diff -u` shows it.
package enum UnifiedDiff {
    private static let context = 3
    /// More lines than these on either side are shown as replaced as a whole: the search for the shortest difference
    /// takes time and memory by the square of them.
    private static let maxLines = 400
    private static let maxBytes = 16 << 10

    private enum Line {
        case kept(Substring), removed(Substring), added(Substring)

        var text: String {
            switch self {
            case .kept(let line): " " + line
            case .removed(let line): "-" + line
            case .added(let line): "+" + line
            }
        }

        var isChange: Bool { if case .kept = self { false } else { true } }
    }

    /// The difference, cut off where it grows too long.
    package static func text(from old: String, to new: String, name: String) -> String {
        let lines = self.lines(self.split(old), self.split(new))
        var result = "--- \(name) (current)\n+++ \(name) (yours)\n"
        for hunk in self.hunks(lines) {
            for line in hunk {
                guard result.utf8.count + line.utf8.count < self.maxBytes else { return result + "… (cut off)\n" }
                result += line + "\n"
            }
        }
        return result
    }

    private static func split(_ text: String) -> [Substring] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func lines(_ old: [Substring], _ new: [Substring]) -> [Line] {
        let start = zip(old, new).prefix { $0 == $1 }.count
        let end = zip(old.dropFirst(start).reversed(), new.dropFirst(start).reversed()).prefix { $0 == $1 }.count
        let removed = Array(old[start..<old.count - end])
        let added = Array(new[start..<new.count - end])
        let middle: [Line]
        if removed.count > self.maxLines || added.count > self.maxLines {
            middle = removed.map { .removed($0) } + added.map { .added($0) }
        } else {
            middle = self.changes(removed, added)
        }
        return old[..<start].map { .kept($0) } + middle + old[(old.count - end)...].map { .kept($0) }
    }

    private static func changes(_ old: [Substring], _ new: [Substring]) -> [Line] {
        let difference = new.difference(from: old)
        var removals: Set<Int> = []
        var insertions: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removals.insert(offset)
            case .insert(let offset, _, _): insertions.insert(offset)
            }
        }
        var lines: [Line] = []
        var oldIndex = 0
        var newIndex = 0
        while oldIndex < old.count || newIndex < new.count {
            if removals.contains(oldIndex) {
                lines.append(.removed(old[oldIndex]))
                oldIndex += 1
            } else if insertions.contains(newIndex) {
                lines.append(.added(new[newIndex]))
                newIndex += 1
            } else {
                lines.append(.kept(old[oldIndex]))
                oldIndex += 1
                newIndex += 1
            }
        }
        return lines
    }

    /// The changes with a few lines around them, each group with its heading.
    private static func hunks(_ lines: [Line]) -> [[String]] {
        var isShown = [Bool](repeating: false, count: lines.count)
        for (index, line) in lines.enumerated() where line.isChange {
            for near in max(0, index - self.context)..<min(lines.count, index + self.context + 1) {
                isShown[near] = true
            }
        }
        var hunks: [[String]] = []
        var (oldLine, newLine, index) = (1, 1, 0)
        while index < lines.count {
            guard isShown[index] else {
                (oldLine, newLine, index) = (oldLine + 1, newLine + 1, index + 1)
                continue
            }
            let end = isShown[index...].firstIndex(of: false) ?? lines.count
            let hunk = lines[index..<end]
            let oldCount = hunk.count { if case .added = $0 { false } else { true } }
            let newCount = hunk.count { if case .removed = $0 { false } else { true } }
            hunks.append(["@@ -\(oldLine),\(oldCount) +\(newLine),\(newCount) @@"] + hunk.map(\.text))
            (oldLine, newLine, index) = (oldLine + oldCount, newLine + newCount, end)
        }
        return hunks
    }
}
