/// A file on the volume is older than what has been published of its note; nothing was changed.
struct StaleNote: Error {}
