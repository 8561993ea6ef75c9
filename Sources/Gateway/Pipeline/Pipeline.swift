/// The way of a request, in the order in which its phases run. Each is one file beside this one.
///
/// bytes → codec → **these** → bytes
enum Phase: UInt8 {
    /// Host or path → API and stage; 403 where there is none.
    case stageLookup
    /// Base or canary deployment.
    case canaryDraw
    /// Path and verb → method; 403 where there is none.
    case route
    /// 10 MB; the whole body where the integration needs it.
    case payload
    /// Parameters and template towards the backend.
    case integrationRequest
    /// The backend answers, or the mock does.
    case integration
    /// Selection pattern, parameters and template towards the client.
    case integrationResponse
    /// The answer goes out.
    case methodResponse
}

/// What a phase says.
enum Verdict {
    /// Go on with the next phase.
    case next
    /// Something has to come first; who brings it calls ``Exchange/run()`` again.
    case wait
    /// Answer this and be done. The cause goes to the log.
    case answer(GatewayResponse, cause: String?)
    /// The answer was written.
    case done
}

extension Exchange {
    /// Runs phases until one waits or the request is answered.
    func run() {
        while isActive {
            let verdict: Verdict
            let next: Phase
            switch phase {
            case .stageLookup: (verdict, next) = (lookUpStage(), .canaryDraw)
            case .canaryDraw: (verdict, next) = (drawCanary(), .route)
            case .route: (verdict, next) = (route(), .payload)
            case .payload: (verdict, next) = (takePayload(), .integrationRequest)
            case .integrationRequest: (verdict, next) = (makeIntegrationRequest(), .integration)
            case .integration: (verdict, next) = (integrate(), .integrationResponse)
            case .integrationResponse: (verdict, next) = (makeIntegrationResponse(), .methodResponse)
            case .methodResponse: (verdict, next) = (respond(), .methodResponse)
            }
            switch verdict {
            case .next: phase = next
            case .wait: return
            case .answer(let response, let cause): return answer(response, cause: cause)
            case .done: return finish()
            }
        }
    }
}
