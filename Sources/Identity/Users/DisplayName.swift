/// A name that a person or a program has chosen, to be shown on pages and in logs.
public enum DisplayName {
    /// Whether a name is plain: 1 to 100 characters and at most 400 bytes on one line, nothing that is not seen.
    ///
    /// Format characters are refused with control characters: they turn the direction of what stands around them.
    public static func isPlain(_ name: String) -> Bool {
        (1...100).contains(name.count) && name.utf8.count <= 400
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
                default: true
                }
            }
    }
}
