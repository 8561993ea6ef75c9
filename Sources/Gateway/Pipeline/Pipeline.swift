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
    /// Who may call the method.
    case authorization
    /// The API key, and the throttle and quota of its usage plan.
    case apiKey
    /// The limits of stage, method and account.
    case throttle
    /// 10 MB; the whole body where something needs it, inflated.
    case payload
    /// Required parameters, then the body against its model.
    case validation
    /// A cached answer, or the start of one.
    case cacheLookup
    /// Parameters and template towards the backend.
    case integrationRequest
    /// The backend answers, or the mock does.
    case integration
    /// Selection pattern, parameters and template towards the client.
    case integrationResponse
    /// The answer goes into the cache, and to those who waited for it.
    case cacheStore
    /// gzip or deflate, where the API asks for it and the client takes it.
    case compression
    /// The answer goes out.
    case methodResponse
}

/// What a phase says.
enum Verdict {
    /// Go on with the next phase.
    case next
    /// Go on with this later phase: what stands between is not needed.
    case skip(to: Phase)
    /// Something has to come first; who brings it calls ``Exchange/run()`` again.
    case wait
    /// Answer this and be done. The cause goes to the log; the message, where the type's own is not meant, to the
    /// client.
    case answer(GatewayResponseType, cause: String?, message: String? = nil)
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
            case .route: (verdict, next) = (route(), .authorization)
            case .authorization: (verdict, next) = (authorize(), .apiKey)
            case .apiKey: (verdict, next) = (checkApiKey(), .throttle)
            case .throttle: (verdict, next) = (throttle(), .payload)
            case .payload: (verdict, next) = (takePayload(), .validation)
            case .validation: (verdict, next) = (validate(), .cacheLookup)
            case .cacheLookup: (verdict, next) = (lookUpCache(), .integrationRequest)
            case .integrationRequest: (verdict, next) = (makeIntegrationRequest(), .integration)
            case .integration: (verdict, next) = (integrate(), .integrationResponse)
            case .integrationResponse: (verdict, next) = (makeIntegrationResponse(), .cacheStore)
            case .cacheStore: (verdict, next) = (storeInCache(), .compression)
            case .compression:
                traceMethodResponse()
                (verdict, next) = (compress(), .methodResponse)
            case .methodResponse: (verdict, next) = (respond(), .methodResponse)
            }
            switch verdict {
            case .next: phase = next
            case .skip(let later): phase = later
            case .wait: return
            case .answer(let response, let cause, let message):
                return answer(response, cause: cause, message: message)
            case .done: return finish()
            }
        }
    }
}
