import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One kind of request and how often it comes.
struct DemoRequest: Sendable {
    var verb: String
    /// Path below the stage; `{n}` becomes a number.
    var path: String
    var weight: Double
    var body: String?
    var apiKey: String?

    init(_ verb: String, _ path: String, weight: Double, body: String? = nil, apiKey: String? = nil) {
        self.apiKey = apiKey
        self.verb = verb
        self.path = path
        self.weight = weight
        self.body = body
    }
}

/// Clients of one stage: real requests over loopback through the data plane, at a rate that swells and falls.
struct DemoTraffic: Sendable {
    /// What comes before the paths of requests.
    private let base: String
    /// The `Host` header, where the URL does not say it.
    private let host: String?
    /// Requests a second, on average.
    var rate: Double
    var requests: [DemoRequest]

    private static let atOnce = 256

    /// Where requests go. `data` is the base URL of the data plane.
    enum Target: Sendable {
        case stage(data: String, apiId: String, stageName: String)
        /// A custom domain name.
        case domain(data: String, name: String)
    }

    init(_ target: Target, rate: Double, requests: [DemoRequest]) {
        switch target {
        case .stage(let data, let apiId, let stageName):
            (base, host) = ("\(data)/_aws/execute-api/\(apiId)/\(stageName)", nil)
        case .domain(let data, let name): (base, host) = (data, name)
        }
        self.rate = rate
        self.requests = requests
    }

    /// Sends until cancelled. Errors are the gateway's to count; a client that gets none goes on.
    func run() async {
        let weights = requests.map(\.weight).reduce(0, +)
        guard rate > 0, weights > 0 else { return }
        let start = Date()
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            while !Task.isCancelled {
                // Exponential gaps make the arrivals a Poisson process: bursts and lulls as real callers have them.
                let swell = 1 + 0.25 * sin(Date().timeIntervalSince(start) * 2 * .pi / 90)
                let gap = -log(Double.random(in: 1e-9..<1)) / (rate * swell)
                guard (try? await Task.sleep(for: .seconds(gap))) != nil else { break }
                if running >= Self.atOnce {
                    await group.next()
                    running -= 1
                }
                var draw = Double.random(in: 0..<weights)
                let request =
                    requests.first { request in
                        draw -= request.weight
                        return draw < 0
                    } ?? requests[0]
                running += 1
                group.addTask { await send(request) }
            }
            group.cancelAll()
        }
    }

    private func send(_ request: DemoRequest) async {
        let path = request.path.replacingOccurrences(of: "{n}", with: "\(Int.random(in: 1...500))")
        var wire = HTTPClientRequest(url: base + path)
        wire.method = .RAW(value: request.verb)
        wire.headers.add(name: "User-Agent", value: "sluice-demo")
        if let host { wire.headers.add(name: "Host", value: host) }
        if let apiKey = request.apiKey { wire.headers.add(name: "x-api-key", value: apiKey) }
        if let body = request.body {
            wire.headers.add(name: "Content-Type", value: "application/json")
            wire.body = .bytes(ByteBuffer(string: body))
        }
        guard let response = try? await HTTPClient.shared.execute(wire, timeout: .seconds(30)) else { return }
        _ = try? await response.body.collect(upTo: 1 << 20)
    }
}
