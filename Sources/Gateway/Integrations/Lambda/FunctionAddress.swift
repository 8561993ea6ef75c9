/// The function in an integration's `uri`:
/// `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations`.
struct FunctionAddress: Sendable, Hashable {
    /// Of the Lambda service that is called.
    var region: String
    /// A name or an ARN, partial or whole, with or without a version or an alias behind it.
    var function: String

    /// Why an address names no function that could be invoked.
    struct Fault: Error, Hashable, CustomStringConvertible {
        /// In AWS's words, with what is wrong behind them.
        var description: String
    }

    /// Whether an address, with its stage variables still in it, is Lambda's.
    static func isFunction(_ uri: String?) -> Bool {
        let parts = (uri ?? "").split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[2] == "apigateway" && parts[4] == "lambda"
    }

    /// Reads an address whose stage variables are filled in. A variable that is not set leaves a hole, which AWS finds
    /// only when it calls: that is a fault of each request, not of the deployment.
    init(_ uri: String) throws(Fault) {
        func fault(_ reason: String) -> Fault { Fault(description: "Invalid endpoint address: \"\(uri)\" \(reason)") }
        let parts = uri.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[4] == "lambda", parts[5].hasPrefix("path/") else {
            throw fault("has to be arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations")
        }
        // AWS's own examples have two slashes here.
        let path = parts[5].dropFirst("path".count).drop { $0 == "/" }
        let prefix = "2015-03-31/functions/"
        let suffix = "/invocations"
        guard path.hasPrefix(prefix), path.hasSuffix(suffix), path.count >= prefix.count + suffix.count else {
            throw fault("has to end with path/\(prefix){function}\(suffix)")
        }
        let function = String(path.dropFirst(prefix.count).dropLast(suffix.count))
        if let reason = Self.fault(inName: function) { throw fault(reason) }
        region = String(parts[3])
        self.function = function
    }

    /// `[[arn:aws:lambda:{region}:]{account}:function:]{name}[:{version or alias}]`; `nil` where that holds.
    private static func fault(inName function: String) -> String? {
        var parts = function.split(separator: ":", omittingEmptySubsequences: false)
        if parts.first == "arn" {
            guard parts.count >= 7, parts[2] == "lambda", parts[5] == "function" else {
                return "names no function: an ARN has to be arn:aws:lambda:{region}:{account}:function:{name}"
            }
            parts.removeFirst(6)
        } else if parts.count >= 3 {
            guard parts[1] == "function" else {
                return "names no function: a partial ARN has to be {account}:function:{name}"
            }
            parts.removeFirst(2)
        }
        guard parts.count <= 2, let name = parts.first else { return "names no function: it has too many parts" }
        guard isName(name) else {
            return name.isEmpty
                ? "names no function: is a stage variable not set?"
                : "names no function: \"\(name)\" has other characters than letters, digits, - and _"
        }
        if parts.count == 2, parts[1] != "$LATEST", !isName(parts[1]) {
            return parts[1].isEmpty
                ? "names no version or alias behind the last colon: is a stage variable not set?"
                : "names no version or alias: \"\(parts[1])\""
        }
        return nil
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }
}
