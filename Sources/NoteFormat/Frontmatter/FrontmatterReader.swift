internal import Encodings
internal import Yams

/// Reads frontmatter, by the core schema of YAML 1.2: `yes` is a text, and so is a date.
struct FrontmatterReader {
    /// More values than any person keeps in a note's frontmatter.
    private static let maxNodes = 10_000
    private var nodes = 0

    /// Reads the YAML between the two `---` lines.
    ///
    /// - Throws: ``NoteFormatError``.
    static func read(_ text: String) throws -> JSONObject {
        try FrontmatterGuard.check(text)
        var reader = FrontmatterReader()
        guard let root = try reader.root(of: text) else { return JSONObject() }
        switch root {
        case .mapping(let mapping): return try reader.object(mapping)
        case .scalar(let scalar) where scalar.string.isEmpty: return JSONObject()
        case .scalar, .sequence, .alias: throw NoteFormatError.noMapping
        }
    }

    private func root(of text: String) throws -> Node? {
        do {
            // Resolver.basic: the default one runs a dozen regular expressions over every value.
            return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw NoteFormatError.frontmatter(Self.reason(error))
        }
    }

    private static func reason(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(problem) in line \(mark.line)"
        case .duplicatedKeysInMapping(let keys, _):
            "the key '\((keys.first ?? "").prefix(bytes: 200))' is there twice"
        default:
            "it is not YAML"
        }
    }

    private mutating func object(_ mapping: Node.Mapping) throws -> JSONObject {
        var object = JSONObject()
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else { throw NoteFormatError.frontmatter("a key is not a text") }
            object[scalar.string] = try self.value(value)
        }
        return object
    }

    private mutating func value(_ node: Node) throws -> JSONValue {
        self.nodes += 1
        guard self.nodes <= Self.maxNodes else { throw NoteFormatError.frontmatter("it has too many values") }
        switch node {
        case .mapping(let mapping): return .object(try self.object(mapping))
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try self.value(element)) }
            return .array(elements)
        case .scalar(let scalar): return Self.scalar(scalar)
        case .alias: throw NoteFormatError.frontmatter("it has an alias for nothing")
        }
    }

    private static func scalar(_ scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .plain, scalar.tag.description.isEmpty else { return .string(scalar.string) }
        return PlainScalar.value(of: scalar.string)
    }
}
