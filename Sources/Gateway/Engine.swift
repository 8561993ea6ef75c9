package import ControlAPI
import Foundation
import Lambda
package import Logging
import NIOCore
import NIOPosix
import SigV4

/// A gateway on this machine: one home, its data plane and its control plane.
package final class Engine: Sendable {
    private let home: Home
    private let store: Store
    private let dataPlane: DataPlane
    private let control: ControlServer
    private let usage: UsageRecorder
    private let functions: FunctionHost
    private let logger: Logger
    package let info: EngineInfo

    private init(
        home: Home, store: Store, dataPlane: DataPlane, control: ControlServer, usage: UsageRecorder,
        functions: FunctionHost, info: EngineInfo, logger: Logger
    ) {
        self.home = home
        self.store = store
        self.dataPlane = dataPlane
        self.control = control
        self.usage = usage
        self.functions = functions
        self.info = info
        self.logger = logger
    }

    /// Takes the home, opens the database, makes the stored stages live and only then lets traffic and calls in.
    /// Throws an error whose description says what to do; nothing stays behind then.
    package static func start(_ configuration: EngineConfiguration, logger: Logger) async throws -> Engine {
        let home = try Home(path: configuration.home)
        try home.acquire()
        do {
            let store = try Store(file: home.databasePath)
            var settings = DataPlaneConfiguration(
                host: configuration.listen.host, port: configuration.listen.port, region: configuration.region,
                account: configuration.account, loops: configuration.loops ?? System.coreCount,
                templates: VelocityTemplates())
            settings.cacheMemory = configuration.cacheMemory
            settings.accountThrottle = ThrottleLimit(configuration.accountThrottle)
            settings.logDirectory = home.logDirectory
            settings.awsEndpoint = configuration.awsEndpoint
            if let file = configuration.backendCA { settings.backendTrust = try BackendTrust(file: file) }
            let credentials = credentials(configuration, logger: logger)
            settings.awsCredentials = credentials
            let functions = FunctionHost(configuration: functionHost(configuration, home: home), logger: logger)
            settings.functions = try invoker(configuration, credentials: credentials, local: functions)
            let dataPlane = DataPlane(configuration: settings, logger: logger)
            do {
                try await functions.start()
                return try await start(
                    configuration, home: home, store: store, dataPlane: dataPlane, functions: functions, logger: logger)
            } catch {
                await dataPlane.shutdown(graceSeconds: 0)
                await functions.shutdown(grace: .zero)
                try? store.close()
                throw error
            }
        } catch {
            home.release()
            throw error
        }
    }

    /// What invokes functions: those of this machine first, `local`, then those of the Lambda service that is configured.
    private static func invoker(
        _ configuration: EngineConfiguration, credentials: CachedCredentials, local: FunctionHost
    ) throws -> (any FunctionInvoker)? {
        let remote = try configuration.lambdaEndpoint.map { endpoint in
            try RemoteFunctions(endpoint: endpoint, region: configuration.region, credentials: credentials)
        }
        return FunctionDispatch(local: local, remote: remote)
    }

    /// Functions find what the engine itself finds: its `PATH`, its endpoint for AWS's services, and its key.
    private static func functionHost(_ configuration: EngineConfiguration, home: Home) -> FunctionHostConfiguration {
        let environment = ProcessInfo.processInfo.environment
        var host = FunctionHostConfiguration(
            region: configuration.region, account: configuration.account, directory: home.path + "/lambda")
        if let path = environment["PATH"], !path.isEmpty { host.searchPath = path }
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
        for name in names { host.variables[name] = environment[name] }
        if let endpoint = configuration.awsEndpoint {
            host.variables["AWS_ENDPOINT_URL"] = endpoint
            if host.variables["AWS_ACCESS_KEY_ID"] == nil {
                host.variables["AWS_ACCESS_KEY_ID"] = "test"
                host.variables["AWS_SECRET_ACCESS_KEY"] = "test"
            }
        }
        return host
    }

    /// What requests to AWS's services are signed with. An endpoint of one's own takes any key, so that it needs none.
    private static func credentials(_ configuration: EngineConfiguration, logger: Logger) -> CachedCredentials {
        let isAws = configuration.awsEndpoint == nil && configuration.lambdaEndpoint == nil
        return CredentialsChain(
            environment: ProcessInfo.processInfo.environment, region: configuration.region,
            stsEndpoint: configuration.awsEndpoint, usesInstanceMetadata: configuration.instanceMetadata
        ).cached(
            fallback: isAws ? nil : Credentials(accessKeyId: "test", secretAccessKey: "test"), logger: logger)
    }

    private static func start(
        _ configuration: EngineConfiguration, home: Home, store: Store, dataPlane: DataPlane,
        functions: FunctionHost, logger: Logger
    ) async throws -> Engine {
        var info = EngineInfo(
            version: configuration.version, pid: Int(getpid()), region: configuration.region,
            account: configuration.account, home: home.path, data: "", control: nil, socket: configuration.socketPath,
            startedDate: .now)
        let plane = ControlPlane(
            store: store, publisher: dataPlane, reports: dataPlane, caches: dataPlane, info: info, logger: logger,
            accountThrottle: configuration.accountThrottle, functions: functions)
        try await plane.republishAll()
        let data = try await dataPlane.start()
        info.data = "http://\(HostPort(host: configuration.listen.host, port: data.port ?? 0))"
        let control = ControlServer(controlPlane: plane)
        let tcp = configuration.control.map { ControlServer.TCPAddress(host: $0.host, port: $0.port) }
        // Both listeners answer with the addresses, so these are told before the first call can come.
        plane.info = info
        let addresses = try await control.start(socketPath: configuration.socketPath, tcp: tcp)
        if let tcp = addresses.tcp, !["127.0.0.1", "::1", "localhost"].contains(tcp.host) {
            logger.warning(
                "the control plane answers beyond this machine: calls are signed, but not encrypted",
                metadata: ["address": "\(HostPort(host: tcp.host, port: tcp.port))"])
        }
        info.control = addresses.tcp.map { "http://\(HostPort(host: $0.host, port: $0.port))" }
        plane.info = info
        plane.usage.start()
        return Engine(
            home: home, store: store, dataPlane: dataPlane, control: control, usage: plane.usage,
            functions: functions, info: info, logger: logger)
    }

    /// Takes no more connections, finishes what is in flight, and gives the home back.
    package func shutdown(graceSeconds: Double = 30) async {
        async let data: Void = dataPlane.shutdown(graceSeconds: graceSeconds)
        await control.shutdown()
        await data
        await functions.shutdown(grace: .seconds(graceSeconds))
        await usage.stop()
        do {
            try store.close()
        } catch {
            // Nothing is lost: what was acknowledged is in the write-ahead log.
            logger.warning("the database was not closed cleanly", metadata: ["error": "\(error)"])
        }
        home.release()
    }
}
