/// An untrusted name for pages and logs.
public enum DisplayName {
    /// Whether a name has 1 to 100 characters and at most 400 bytes, all visible and on one line.
    ///
    /// Format characters are rejected like control characters: they can reverse the surrounding text.
    public static func isPlain(_ name: String) -> Bool {
        (1...400).contains(name.utf8.count)
            && name.count <= 100  // bounded: by its bytes
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
                default: true
                }
            }
    }
}
