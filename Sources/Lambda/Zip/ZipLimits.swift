/// What one archive may hold.
package struct ZipLimits: Sendable, Hashable {
    /// Bytes of all files together.
    package var unpackedSize: Int
    /// Files, links and folders, those that only stand in paths included.
    package var entryCount: Int

    package init(unpackedSize: Int, entryCount: Int) {
        self.unpackedSize = unpackedSize
        self.entryCount = entryCount
    }

    /// Lambda's: 250 MiB. The number of entries is the engine's own.
    package static let lambda = ZipLimits(unpackedSize: 262_144_000, entryCount: 100_000)
}
