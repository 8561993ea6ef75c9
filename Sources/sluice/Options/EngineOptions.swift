import ArgumentParser
import ControlAPI
import Foundation
import Gateway

/// How an engine is to run: flags, else environment, else defaults.
struct EngineOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Data plane address. [SLUICE_LISTEN] Default: 127.0.0.1:8080.", valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "Control plane over TCP, or 'off'. [SLUICE_CONTROL] Default: 127.0.0.1:8081.", valueName: "host:port"))
    var control: String?

    @Option(help: "Region that ARNs and signatures name. [SLUICE_REGION] Default: us-east-1.")
    var region: String?

    @Option(help: "Account number that ARNs name. [SLUICE_ACCOUNT] Default: 000000000000.")
    var account: String?

    @Option(help: "Event loops, each with a listener of its own. [SLUICE_LOOPS] Default: one a core.")
    var loops: Int?

    @Option(
        help: ArgumentHelp(
            "Memory for the response caches of all stages: bytes, or a number with K, M or G. [SLUICE_CACHE_MEMORY] "
                + "Default: 256M.",
            valueName: "size"))
    var cacheMemory: String?

    @Option(
        help: ArgumentHelp(
            "Requests a second, and at once, of all APIs together. [SLUICE_ACCOUNT_THROTTLE] Default: no limit.",
            valueName: "rate:burst"))
    var accountThrottle: String?

    @Option(
        help: ArgumentHelp(
            "Where integrations find AWS's services, for example an emulator. [SLUICE_AWS_ENDPOINT] Default: AWS's own "
                + "endpoints.",
            valueName: "url"))
    var awsEndpoint: String?

    @Option(
        help: ArgumentHelp(
            "A Lambda service for the functions that are not on this machine. [SLUICE_LAMBDA_ENDPOINT] Default: "
                + "--aws-endpoint, where that is given.",
            valueName: "url"))
    var lambdaEndpoint: String?

    @Option(
        help: ArgumentHelp(
            "PEM file of certificate authorities for HTTPS backends, beside those of this machine. [SLUICE_BACKEND_CA]",
            valueName: "file"))
    var backendCa: String?

    func configuration(home: HomeOptions) throws -> EngineConfiguration {
        let account = account ?? Environment["SLUICE_ACCOUNT"] ?? "000000000000"
        guard account.utf8.count == 12, account.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw ValidationError("--account takes twelve digits, not '\(account)'")
        }
        let control = control ?? Environment["SLUICE_CONTROL"] ?? "127.0.0.1:8081"
        var configuration = EngineConfiguration(
            home: home.homePath,
            socketPath: home.socketPath,
            listen: try HostPort(listen ?? Environment["SLUICE_LISTEN"] ?? "127.0.0.1:8080", flag: "--listen"),
            control: control == "off" ? nil : try HostPort(control, flag: "--control"),
            region: region ?? Environment["SLUICE_REGION"] ?? "us-east-1",
            account: account,
            loops: try loopCount(),
            accountThrottle: try accountLimit(),
            version: sluiceVersion)
        if let text = cacheMemory {
            configuration.cacheMemory = try ByteSize(text, name: "--cache-memory").bytes
        } else if let text = Environment["SLUICE_CACHE_MEMORY"] {
            configuration.cacheMemory = try ByteSize(text, name: "SLUICE_CACHE_MEMORY").bytes
        }
        configuration.backendCA = (backendCa ?? Environment["SLUICE_BACKEND_CA"]).flatMap { $0.isEmpty ? nil : $0 }
        configuration.awsEndpoint = try Self.endpoint(
            awsEndpoint, flag: "--aws-endpoint", environment: "SLUICE_AWS_ENDPOINT")
        configuration.lambdaEndpoint =
            try Self.endpoint(lambdaEndpoint, flag: "--lambda-endpoint", environment: "SLUICE_LAMBDA_ENDPOINT")
            ?? configuration.awsEndpoint
        return configuration
    }

    /// A base URL without the slash at its end.
    private static func endpoint(_ given: String?, flag: String, environment: String) throws -> String? {
        guard let text = given ?? Environment[environment], !text.isEmpty else { return nil }
        let name = given == nil ? environment : flag
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host(), !host.isEmpty
        else {
            throw ValidationError("\(name) takes a URL such as http://127.0.0.1:5000, not '\(text)'")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private func accountLimit() throws -> ThrottleSettings? {
        let flag = accountThrottle == nil ? "SLUICE_ACCOUNT_THROTTLE" : "--account-throttle"
        guard let text = accountThrottle ?? Environment["SLUICE_ACCOUNT_THROTTLE"] else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let rate = Double(parts[0]), rate.isFinite, rate >= 0, let burst = Int(parts[1]),
            (0...Int(Int32.max)).contains(burst)
        else {
            throw ValidationError("\(flag) takes rate:burst, for example 10000:5000, not '\(text)'")
        }
        return ThrottleSettings(burstLimit: burst, rateLimit: rate)
    }

    private func loopCount() throws -> Int? {
        if let loops {
            guard (1...256).contains(loops) else { throw ValidationError("--loops takes 1 to 256, not \(loops)") }
            return loops
        }
        guard let text = Environment["SLUICE_LOOPS"] else { return nil }
        guard let loops = Int(text), (1...256).contains(loops) else {
            throw ValidationError("SLUICE_LOOPS takes 1 to 256, not '\(text)'")
        }
        return loops
    }
}

extension HostPort {
    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `localhost:0`.
    init(_ text: String, flag: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else {
            throw ValidationError("\(flag) takes host:port, for example 127.0.0.1:8080, not '\(text)'")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else {
            throw ValidationError("\(flag) wants a host before the port, for example 127.0.0.1:\(port)")
        }
        self.init(host: host, port: port)
    }
}
