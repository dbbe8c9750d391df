import Testing

@testable import Vault

@Suite struct SearchScriptTests {
    private static let texts = [
        "chinese.md": "我们明天去北京开会，讨论人工智能。", "japanese.md": "東京タワーへ行きました。カタカナとひらがな。", "korean.md": "대한민국의 수도는 서울입니다",
        "thai.md": "สวัสดีครับ ยินดีต้อนรับ", "khmer.md": "សួស្តីពិភពលោក", "lao.md": "ສະບາຍດີ", "myanmar.md": "မင်္ဂလာပါကမ္ဘာလောက",
        "russian.md": "Привет, ёлка и мой дом", "arabic.md": "مَرْحَبًا بالعالم والأطفال", "hebrew.md": "שָׁלוֹם עולם",
        "greek.md": "Καλημέρα Κόσμε",
        "hindi.md": "नमस्ते दुनिया हिन्दी", "emoji.md": "Done 🎉party 👩‍💻 🇫🇷 👍🏽 🥲", "french.md": "Un café crème, naïve Œuvre",
        "rare.md": "𠀀𰀀 ideographs 𞤀𞤣",
        "mixed.md": "iPhone手机 costs 5000円", "wide.md": "Ｆｕｌｌ ｗｉｄｔｈ ﬁle", "vietnamese.md": "Tiếng Việt rất đẹp",
        "german.md": "Straße und Größe",
    ]

    @Test(arguments: [
        ("北", "chinese.md"), ("北京", "chinese.md"), ("人工智能", "chinese.md"), ("会", "chinese.md"), ("能", "chinese.md"),
        ("我", "chinese.md"),
        ("明天去", "chinese.md"), ("タ", "japanese.md"), ("タワー", "japanese.md"), ("東京タワー", "japanese.md"),
        ("ひらがな", "japanese.md"),
        ("ｶﾀｶﾅ", "japanese.md"), ("서울", "korean.md"), ("수도", "korean.md"), ("대한민국", "korean.md"), ("한", "korean.md"),
        ("สวัสดี", "thai.md"),
        ("ยินดี", "thai.md"), ("ส", "thai.md"), ("ពិភព", "khmer.md"), ("ສະບາຍ", "lao.md"), ("ကမ္ဘာ", "myanmar.md"),
        ("привет", "russian.md"),
        ("ПРИВЕТ", "russian.md"), ("елка", "russian.md"), ("ёлка", "russian.md"), ("прив*", "russian.md"),
        ("مرحبا", "arabic.md"),
        ("مَرْحَبًا", "arabic.md"), ("والاطفال", "arabic.md"), ("שלום", "hebrew.md"), ("καλημερα", "greek.md"),
        ("ΚΌΣΜΕ", "greek.md"),
        ("हिन्दी", "hindi.md"), ("दुनिया", "hindi.md"), ("🎉", "emoji.md"), ("party", "emoji.md"), ("👩‍💻", "emoji.md"),
        ("🇫🇷", "emoji.md"),
        ("👍", "emoji.md"), ("👍🏽", "emoji.md"), ("🥲", "emoji.md"), ("cafe", "french.md"), ("CAFÉ", "french.md"),
        ("cafe\u{301}", "french.md"),
        ("naive", "french.md"), ("𠀀", "rare.md"), ("𰀀", "rare.md"), ("𞤀𞤣", "rare.md"), ("iphone", "mixed.md"),
        ("手机", "mixed.md"), ("iPhone手机", "mixed.md"),
        ("円", "mixed.md"), ("5000", "mixed.md"), ("full", "wide.md"), ("file", "wide.md"), ("ｗｉｄｔｈ", "wide.md"),
        ("tieng viet", "vietnamese.md"),
        ("größe", "german.md"), ("grosse", "none"), ("\"北京开会\"", "chinese.md"), ("\"开会，讨论\"", "chinese.md"),
        ("京会", "none"), ("北京 东京", "chinese.md"),
    ])
    func aWordIsFound(_ query: String, _ path: String) async throws {
        try await withVault { _, vault in
            for (name, text) in Self.texts where name == path || path == "none" { try await vault.write(name, text) }
            try await vault.write("other.md", "nothing to see")
            let found = try await vault.found(query)
            #expect(found == (path == "none" ? [] : [path]))
        }
    }

    @Test func hitsAreMarkedInAnyScript() async throws {
        try await withVault { _, vault in
            for (name, text) in Self.texts { try await vault.write(name, text) }
            let cases = [
                ("北京", "<mark>北京</mark>"), ("京", "<mark>京</mark>"), ("привет", "<mark>Привет</mark>"),
                ("cafe", "<mark>café</mark>"),
                ("🎉", "<mark>🎉</mark>"), ("서울", "<mark>서울</mark>"), ("елка", "<mark>ёлка</mark>"),
                ("مرحبا", "<mark>مَرْحَبًا</mark>"), ("हिन्दी", "<mark>हिन्दी</mark>"),
            ]
            for (query, mark) in cases {
                let snippets = try await vault.search(SearchQuery(text: query)).hits.map(\.snippet)
                #expect(snippets.contains { $0.contains(mark) }, "\(query): \(snippets)")
            }
        }
    }
}
