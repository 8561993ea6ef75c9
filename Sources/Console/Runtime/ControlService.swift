package import ControlAPI

/// What the console asks of a control plane, as closures: the live one calls a socket, tests answer by themselves.
///
/// Each throws ``ControlError`` and ends by its own deadline.
package struct ControlService: Sendable {
    package var apis: @Sendable () async throws -> [RestApi]
    /// With methods, integrations and responses.
    package var resources: @Sendable (_ apiId: String) async throws -> [Resource]
    package var stages: @Sendable (_ apiId: String) async throws -> [Stage]
    package var deployments: @Sendable (_ apiId: String) async throws -> [Deployment]
    /// One deployment with the methods that it holds (`embed=apisummary`).
    package var deployment: @Sendable (_ apiId: String, _ deploymentId: String) async throws -> Deployment
    /// Samples of the last so many seconds, of every stage.
    package var metrics: @Sendable (_ seconds: Int) async throws -> [MetricsSample]
    package var journal: @Sendable () async throws -> [JournalEntry]
    package var accessLog: @Sendable (AccessLogQuery) async throws -> [AccessLogRecord]
    package var change: @Sendable (StageKey, StageChange) async throws -> Stage
    /// Answers every other ``Request``.
    package var answer: @Sendable (Request) async throws -> Answer
    package var perform: @Sendable (Call) async throws -> Void
    package var test:
        @Sendable (MethodKey, _ verb: String, TestInvokeMethodRequest) async throws ->
            TestInvokeMethodResponse
    package var invoke: @Sendable (_ functionName: String, _ payload: String) async throws -> InvocationAnswer
    package var events: @Sendable (EventSelection) -> AsyncThrowingStream<ControlEvent, any Error>
    /// For messages: where the control plane is.
    package var endpoint: String

    package init(
        endpoint: String, apis: @escaping @Sendable () async throws -> [RestApi],
        resources: @escaping @Sendable (String) async throws -> [Resource],
        stages: @escaping @Sendable (String) async throws -> [Stage],
        deployments: @escaping @Sendable (String) async throws -> [Deployment],
        deployment: @escaping @Sendable (String, String) async throws -> Deployment,
        metrics: @escaping @Sendable (Int) async throws -> [MetricsSample],
        journal: @escaping @Sendable () async throws -> [JournalEntry],
        accessLog: @escaping @Sendable (AccessLogQuery) async throws -> [AccessLogRecord],
        change: @escaping @Sendable (StageKey, StageChange) async throws -> Stage,
        answer: @escaping @Sendable (Request) async throws -> Answer,
        perform: @escaping @Sendable (Call) async throws -> Void,
        test:
            @escaping @Sendable (MethodKey, _ verb: String, TestInvokeMethodRequest) async throws ->
            TestInvokeMethodResponse,
        invoke: @escaping @Sendable (_ functionName: String, _ payload: String) async throws -> InvocationAnswer,
        events: @escaping @Sendable (EventSelection) -> AsyncThrowingStream<ControlEvent, any Error>
    ) {
        self.endpoint = endpoint
        self.apis = apis
        self.resources = resources
        self.stages = stages
        self.deployments = deployments
        self.deployment = deployment
        self.metrics = metrics
        self.journal = journal
        self.accessLog = accessLog
        self.change = change
        self.answer = answer
        self.perform = perform
        self.test = test
        self.invoke = invoke
        self.events = events
    }
}
