extension ZipArchive {
    /// Writes all of it into `folder`, which is made and has to be new. What was written is on the disk when this
    /// returns. On a fault, what was written so far is left for the caller to remove. Throws ``ZipError``.
    package func extract(to folder: String, limits: ZipLimits = .lambda) throws(ZipError) {
        let layout = try ZipLayout(self, limits: limits)
        var targets: [(path: String, target: String)] = []
        for link in layout.links {
            guard link.entry.size <= 4096 else {
                throw .refusedEntry(name: link.entry.name, reason: "is a link with a target that is too long")
            }
            var bytes: [UInt8] = []
            try ZipEntryReader(self, link.entry).read { (part) throws(ZipError) in bytes += part }
            let target = String(decoding: bytes, as: UTF8.self)
            try layout.checkLink(link, target: target)
            targets.append((link.path, target))
        }
        try Disk.makeFolder(folder)
        for path in layout.folders { try Disk.makeFolder(folder + "/" + path) }
        for file in layout.files {
            let isExecutable = file.entry.kind == .file(isExecutable: true)
            let output = try Disk.File(folder + "/" + file.path, mode: isExecutable ? 0o755 : 0o644)
            do {
                try ZipEntryReader(self, file.entry).read { (part) throws(ZipError) in try output.write(part) }
                try output.finish()
            } catch {
                output.abandon()
                throw error
            }
        }
        for link in targets { try Disk.makeLink(folder + "/" + link.path, to: link.target) }
        for path in layout.folders.reversed() { try Disk.sync(folder + "/" + path) }
        try Disk.sync(folder)
    }
}
