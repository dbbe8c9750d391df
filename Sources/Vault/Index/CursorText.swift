internal import Encodings

/// Cursors as callers get them: base64url, so that they pass through any URL.
enum CursorText {
    private static let maxBytes = 8192

    static func encode(_ text: String) -> String { Base64URL.encode(text.utf8) }

    /// - Returns: the text, or `nil` where this is no text in base64url.
    static func decode(_ cursor: String) -> String? {
        guard cursor.utf8.count <= self.maxBytes else { return nil }
        return Base64URL.decode(cursor).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
