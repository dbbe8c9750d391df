extension Note {
    /// Cuts a part out of the text.
    ///
    /// The parts that ``NotePart/next`` leads to, joined, are what was asked for, byte by byte. Takes time by the
    /// length of the text before the part's end; from the start, by that of the part.
    ///
    /// - Throws: ``VaultError`` where the text has no such section or line.
    package func part(_ query: NotePartQuery) throws -> NotePart {
        var body = self.body
        let count = body.utf8.count
        if query.isFromStart, count <= query.maxBytes, count <= query.maxEscapedBytes / TextCut.mostEscaped {
            return NotePart(text: body, firstLine: 1, lastLine: self.lineCount, next: nil, isWhole: true)
        }
        let lines = try self.lines(of: query)
        return try body.withUTF8 { try self.part(of: $0, lines, query) }
    }

    /// The lines that are asked for, from 1, without the limit of their bytes.
    private func lines(of query: NotePartQuery) throws -> ClosedRange<Int> {
        let lines: ClosedRange<Int>
        if let section = query.section {
            lines = try NoteSections(self.outline, lineCount: self.lineCount).lines(of: section)
        } else {
            lines = 1...self.lineCount
        }
        guard let first = query.line else { return lines }
        guard lines.contains(first) else {
            let what = query.section == nil ? "the note" : "the section"
            throw VaultError(
                .validationError,
                "from_line is \(first), but \(what) has the lines \(lines.lowerBound) to \(lines.upperBound)"
            )
        }
        return first...lines.upperBound
    }

    private func part(
        of bytes: UnsafeBufferPointer<UInt8>,
        _ lines: ClosedRange<Int>,
        _ query: NotePartQuery
    ) throws -> NotePart {
        let lineStart = TextCut.start(ofLine: lines.lowerBound, in: bytes)
        let start = try self.start(in: bytes, line: lineStart, skipping: query.byte ?? 0)
        let end =
            lines.upperBound == self.lineCount
            ? bytes.count
            : TextCut.start(ofLine: lines.upperBound - lines.lowerBound + 2, in: bytes, from: lineStart)
        let cut = TextCut.end(of: bytes, start..<end, query)
        let text = UnsafeBufferPointer(rebasing: bytes[start..<cut])
        let line = lines.lowerBound + TextCut.newlines(in: UnsafeBufferPointer(rebasing: bytes[lineStart..<start]))
        let next = line + TextCut.newlines(in: text)
        let isLineEnd = text.last == 0x0A
        return NotePart(
            text: String(decoding: text, as: UTF8.self),
            firstLine: line,
            lastLine: isLineEnd ? next - 1 : next,
            next: cut == end ? nil : NotePart.Position(line: next, byte: TextCut.column(of: cut, in: bytes)),
            isWhole: start == 0 && cut == bytes.count
        )
    }

    private func start(in bytes: UnsafeBufferPointer<UInt8>, line start: Int, skipping count: Int) throws -> Int {
        guard count > 0 else { return start }
        let end = TextCut.start(ofLine: 2, in: bytes, from: start)
        guard count <= end - start else {
            throw VaultError(.validationError, "from_byte is \(count), but the line has \(end - start) bytes")
        }
        return TextCut.boundary(start + count, in: bytes)
    }
}
