package import ControlAPI
import Foundation
package import Logging
import NIOCore
import NIOPosix

/// A gateway on this machine: one home, its data plane and its control plane.
package final class Engine: Sendable {
    private let home: Home
    private let store: Store
    private let dataPlane: DataPlane
    private let control: ControlServer
    private let usage: UsageRecorder
    private let logger: Logger
    package let info: EngineInfo

    private init(
        home: Home, store: Store, dataPlane: DataPlane, control: ControlServer, usage: UsageRecorder, info: EngineInfo,
        logger: Logger
    ) {
        self.home = home
        self.store = store
        self.dataPlane = dataPlane
        self.control = control
        self.usage = usage
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
            let dataPlane = DataPlane(configuration: settings, logger: logger)
            do {
                return try await start(configuration, home: home, store: store, dataPlane: dataPlane, logger: logger)
            } catch {
                await dataPlane.shutdown(graceSeconds: 0)
                try? store.close()
                throw error
            }
        } catch {
            home.release()
            throw error
        }
    }

    private static func start(
        _ configuration: EngineConfiguration, home: Home, store: Store, dataPlane: DataPlane, logger: Logger
    ) async throws -> Engine {
        var info = EngineInfo(
            version: configuration.version, pid: Int(getpid()), region: configuration.region,
            account: configuration.account, home: home.path, data: "", control: nil, socket: configuration.socketPath,
            startedDate: .now)
        let plane = ControlPlane(
            store: store, publisher: dataPlane, reports: dataPlane, caches: dataPlane, info: info, logger: logger,
            accountThrottle: configuration.accountThrottle)
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
            home: home, store: store, dataPlane: dataPlane, control: control, usage: plane.usage, info: info,
            logger: logger)
    }

    /// Takes no more connections, finishes what is in flight, and gives the home back.
    package func shutdown(graceSeconds: Double = 30) async {
        async let data: Void = dataPlane.shutdown(graceSeconds: graceSeconds)
        await control.shutdown()
        await data
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
