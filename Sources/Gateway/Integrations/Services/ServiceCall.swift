import NIOCore

/// `AWS`: what a service's request and response have beside those of `HTTP`.
extension Exchange {
    /// Once templates and mappings made the body and the overrides.
    func finishServiceRequest(_ plan: HTTPPlan, _ service: ServiceAction) -> Verdict {
        let overridden = outcome.overrides?.requestHeaders ?? []
        if let name = overridden.first(where: {
            HeaderTreatment.isForbiddenTowardsServices(HeaderID(named: $0.0.utf8))
        })?.0 {
            return .answer(.apiConfigurationError, cause: Self.configurationError("\(name) header already present"))
        }
        chooseServiceProtocol(plan, service)
        return .next
    }

    /// Before an integration response is chosen.
    func takeServiceResponse(_ service: ServiceAction) -> Verdict? {
        if let refusal = refusesExpiredCredentials(service) { return refusal }
        wordAsQueryReply(service)
        return nil
    }

    /// A service's own content type is not the client's: an answer is JSON unless a template or a mapping says otherwise.
    var serviceContentType: String? { httpPlan?.service == nil ? nil : "application/json" }

    // MARK: Credentials

    /// Whether the request has to wait for credentials. It is called again when they are there.
    func waitsForCredentials(of service: ServiceAction) -> Bool {
        guard service.credentials.current() == nil else { return false }
        let serial = serial
        service.credentials.whenReady { result in
            self.loop.gate.execute { self.credentialsCame(result, serial) }
        }
        return true
    }

    private func credentialsCame(_ result: Result<Void, CredentialsFault>, _ serial: UInt64) {
        guard isActive, self.serial == serial, let plan = httpPlan else { return }
        switch result {
        case .success:
            // The table may have been used for other requests meanwhile.
            refreshHeaders()
            if test?.previews == true { return run() }
            if case .answer(let response, let cause, let message) = callBackend(plan) {
                answer(response, cause: cause, message: message)
            }
        case .failure(let fault):
            integrationEnded = LoopClock.monotonic()
            answer(.apiConfigurationError, cause: Self.configurationError(fault.description))
        }
    }

    /// The service says that what the request was signed with has expired: what is kept is given up, so that the next
    /// request is signed with what its source has by then.
    func refusesExpiredCredentials(_ service: ServiceAction) -> Verdict? {
        guard outcome.status == 400 || outcome.status == 403, outcome.body.readableBytes <= Self.largestRefusal else {
            return nil
        }
        let text = String(buffer: outcome.body) + (backendHeader("x-amzn-errortype") ?? "")
        guard text.contains("ExpiredToken") else { return nil }
        service.credentials.discard()
        return .answer(
            .apiConfigurationError,
            cause: Self.configurationError(
                "\(service.signingName) says that the credentials of \(service.credentials.name) have expired: renew "
                    + "them where they come from; the next request reads them again"))
    }

    private static let largestRefusal = 16_384
}
