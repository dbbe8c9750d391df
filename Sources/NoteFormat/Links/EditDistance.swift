/// How much two names differ.
package enum EditDistance {
    /// How many letters to change, add or drop to make one word of another; `nil` where there are more than `limit`.
    package static func between(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
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
