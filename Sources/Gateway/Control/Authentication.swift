import ControlAPI
import SigV4

/// Who makes a call: the peer's user on the Unix socket, the owner of a key over TCP. A signature may be for any
/// region: there is one engine here, and clients have their own ideas of where they are.
struct Authentication {
    /// Names of the services that a call may be signed for.
    static let services: Set<String> = ["apigateway", "lambda"]

    let plane: ControlPlane

    /// The actor for the journal, and the region that the call is signed for. Throws ``ApiError`` with AWS's 403.
    func actor(of call: ControlCall) async throws -> (name: String, region: String?) {
        switch call.caller {
        case .local(let uid): return ("unix:uid=\(uid)", nil)
        case .remote: break
        }
        let request = SignableRequest(
            method: call.verb, path: call.path, query: call.query, headers: call.headers, body: call.body)
        do {
            let presented = try PresentedSignature(of: request)
            guard let secret = try await plane.secret(of: presented.accessKeyId) else {
                throw SignatureRefusal.unknownKey
            }
            try presented.verify(
                request, secret: secret, region: nil, services: Self.services, time: Timestamp.now.seconds)
            return (presented.accessKeyId, presented.scope.region)
        } catch let refusal as SignatureRefusal {
            throw ApiError(status: 403, code: refusal.code, message: refusal.message)
        }
    }
}
