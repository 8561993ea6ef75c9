internal import AsyncHTTPClient

extension ControlClient {
    /// Signs a call for a control plane over TCP.
    func sign(
        _ wire: inout HTTPClientRequest, request: ControlRequest, body: [UInt8], credentials: ControlCredentials
    ) throws {
        throw ControlError.unreachable(endpoint: endpoint.description, reason: "signing is not there yet")
    }
}
