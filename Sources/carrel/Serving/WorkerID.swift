/// Names of processes.
enum WorkerID {
    /// A name that no process had before, such as one that was killed while it held a lease; also a file name.
    ///
    /// - Parameter name: what operators know the process by.
    static func make(_ name: String) -> String {
        let characters = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" }
        return "\(String(characters.prefix(100)))-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }
}
