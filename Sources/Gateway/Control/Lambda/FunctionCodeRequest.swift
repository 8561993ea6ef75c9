import Foundation

/// The code that a call brings: `Code` of `CreateFunction`, the members of `UpdateFunctionCode`.
///
/// Sluice's own member `SluiceFolder` is the absolute path of a folder that is used in place: what is saved there runs
/// at the next invocation. It is taken on the Unix socket alone, because it names a place on this machine.
enum FunctionCodeRequest: Sendable {
    case zip([UInt8])
    case folder(String)

    /// Of a package that is sent with a call; larger ones go through S3 on AWS.
    static let largestPackage = 52_428_800

    /// Throws ``ApiError`` where there is none, or one that cannot be had here.
    init(_ body: RequestBody, isLocal: Bool) throws {
        if try body.string("S3Bucket") != nil || body.string("S3Key") != nil {
            throw ApiError.invalidParameter(
                "Code is not fetched from S3 by this engine: send the package itself (ZipFile; with the aws command "
                    + "line, --zip-file fileb://package.zip)")
        }
        if try body.string("ImageUri") != nil {
            throw ApiError.invalidParameter(
                "Container images are not run by this engine: send a zip file (ZipFile) in place of ImageUri")
        }
        if let path = try body.string("SluiceFolder") {
            guard isLocal else {
                throw ApiError.accessDenied("SluiceFolder is taken on the Unix socket only")
            }
            self = .folder(try Self.checkedFolder(path))
            return
        }
        guard let text = try body.string("ZipFile") else {
            throw ApiError.invalidParameter("Please provide a source for function code.")
        }
        guard let data = Data(base64Encoded: text) else {
            throw ApiError.serialization("ZipFile is not valid base64")
        }
        guard !data.isEmpty else { throw ApiError.invalidParameter("Uploaded file must be a non-empty zip") }
        guard data.count <= Self.largestPackage else {
            throw ApiError(
                status: 413, code: "RequestEntityTooLargeException",
                message: "The package has \(data.count) bytes; at most \(Self.largestPackage) can be sent")
        }
        self = .zip(Array(data))
    }

    private static func checkedFolder(_ path: String) throws -> String {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw ApiError.invalidParameter("SluiceFolder has to be an absolute path, not '\(path)'")
        }
        let standard = (path as NSString).standardizingPath
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: standard, isDirectory: &isFolder), isFolder.boolValue else {
            throw ApiError.invalidParameter("SluiceFolder: \(standard) is no folder on this machine")
        }
        guard access(standard, R_OK | X_OK) == 0 else {
            throw ApiError.invalidParameter("SluiceFolder: \(standard) cannot be read by the engine")
        }
        return standard
    }

    /// Puts it on the disk.
    func stage(in packages: FunctionPackages, function: String) async throws -> FunctionPackages.Staged {
        switch self {
        case .zip(let bytes): try await packages.stage(zip: bytes, function: function)
        case .folder(let path): try await packages.stage(folder: path)
        }
    }
}
