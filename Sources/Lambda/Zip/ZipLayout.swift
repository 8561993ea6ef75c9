/// What an archive becomes on the disk: each entry with a path that stays inside, folders before what is in them.
struct ZipLayout {
    struct File {
        var path: String
        var entry: ZipArchive.Entry
    }

    private(set) var folders: [String] = []
    private(set) var files: [File] = []
    private(set) var links: [File] = []
    private var kinds: [String: Kind] = ["": .folder]

    private enum Kind {
        case folder
        case file
        case link
    }

    /// Throws ``ZipError`` for an entry that has no place here.
    init(_ archive: ZipArchive, limits: ZipLimits = .lambda) throws(ZipError) {
        for entry in archive.entries {
            let parts = try Self.parts(entry)
            guard let last = parts.last else {
                // `./`: the folder itself.
                guard entry.kind == .folder else {
                    throw .refusedEntry(name: entry.name, reason: "has no name of its own")
                }
                continue
            }
            let parent = try addFolders(parts.dropLast(), of: entry, limits: limits)
            let path = Self.joined(parent, last)
            switch entry.kind {
            case .folder:
                _ = try addFolders(parts[...], of: entry, limits: limits)
            case .file:
                try add(path, .file, entry, limits: limits)
                files.append(File(path: path, entry: entry))
            case .link:
                try add(path, .link, entry, limits: limits)
                links.append(File(path: path, entry: entry))
            }
        }
    }

    private static func joined(_ parent: String, _ name: String) -> String {
        parent.isEmpty ? name : "\(parent)/\(name)"
    }

    private static func parts(_ entry: ZipArchive.Entry) throws(ZipError) -> [String] {
        let name = entry.name
        func refused(_ reason: String) -> ZipError { .refusedEntry(name: name, reason: reason) }
        guard !name.hasPrefix("/") else { throw refused("has an absolute name") }
        guard !name.utf8.contains(0) else { throw refused("has a name with a NUL in it") }
        guard name.utf8.count <= 2048 else { throw refused("has a name longer than 2048 bytes") }
        let parts = name.split(separator: "/").map(String.init).filter { $0 != "." }
        guard !parts.contains("..") else { throw refused("leads out of the folder") }
        guard parts.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw refused("has a part that is longer than 255 bytes")
        }
        return parts
    }

    private mutating func add(
        _ path: String, _ kind: Kind, _ entry: ZipArchive.Entry, limits: ZipLimits
    ) throws(ZipError) {
        guard kinds[path] == nil else { throw .refusedEntry(name: entry.name, reason: "comes twice") }
        guard kinds.count <= limits.entryCount else {
            throw .tooLarge("it has more than \(limits.entryCount) files and folders")
        }
        kinds[path] = kind
    }

    /// The folder of these names, made where it is not there.
    private mutating func addFolders(
        _ parts: ArraySlice<String>, of entry: ZipArchive.Entry, limits: ZipLimits
    ) throws(ZipError) -> String {
        var path = ""
        for part in parts {
            path = Self.joined(path, part)
            switch kinds[path] {
            case .folder: continue
            case nil:
                try add(path, .folder, entry, limits: limits)
                folders.append(path)
            case .file, .link:
                throw .refusedEntry(name: entry.name, reason: "stands below '\(path)', which is no folder")
            }
        }
        return path
    }

    /// Whether a link's target stays inside: relative, never above the top, and through no other link.
    func checkLink(_ link: File, target: String) throws(ZipError) {
        func refused(_ reason: String) -> ZipError { .refusedEntry(name: link.entry.name, reason: reason) }
        guard !target.isEmpty, !target.hasPrefix("/"), !target.utf8.contains(0) else {
            throw refused("is a link to '\(target)', which is not inside the folder")
        }
        var place = link.path.split(separator: "/").map(String.init).dropLast()
        let steps = target.split(separator: "/").filter { $0 != "." }
        for (number, step) in steps.enumerated() {
            if step == ".." {
                guard place.popLast() != nil else { throw refused("is a link that leads out of the folder") }
                continue
            }
            place.append(String(step))
            if number < steps.count - 1, kinds[place.joined(separator: "/")] == .link {
                throw refused("is a link that leads through another link")
            }
        }
    }
}
