internal import AsyncHTTPClient
internal import Foundation
internal import NIOHTTP1
internal import SigV4

extension ControlClient {
    /// Signs a call for a control plane over TCP, as AWS's own clients do.
    func sign(
        _ wire: inout HTTPClientRequest, request: ControlRequest, body: [UInt8], credentials: ControlCredentials
    ) throws {
        guard let url = URL(string: wire.url), let host = url.host() else {
            throw ControlError.unreachable(endpoint: endpoint.description, reason: "\(wire.url) is no URL with a host")
        }
        wire.headers.replaceOrAdd(name: "Host", value: url.port.map { "\(host):\($0)" } ?? host)
        let signer = Signer(
            credentials: Credentials(
                accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey,
                sessionToken: credentials.sessionToken),
            region: credentials.region, service: request.service)
        let signable = SignableRequest(
            method: request.verb.rawValue, path: url.path(percentEncoded: true), query: url.query() ?? "",
            headers: wire.headers.map { (name: $0.name, value: $0.value) }, body: body)
        for header in signer.headers(for: signable, time: Int(Date().timeIntervalSince1970)) {
            wire.headers.replaceOrAdd(name: header.name, value: header.value)
        }
    }
}
