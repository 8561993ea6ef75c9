import ControlAPI
import Foundation
import NIOSSL
import Testing

@testable import Gateway

/// HTTPS backends (specification 10): who is trusted, what is shown to them, and what a client and the log are told where
/// no connection comes about.
@Suite(.serialized) struct TLSBackendTests {
    static let trust = BackendTrust(
        own: (try? NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.authority.utf8))) ?? [])

    /// A plane whose `/x` is the backend's, and whose `/beside` is a mock.
    private func plane(
        _ uri: String, type: String = "HTTP_PROXY", skips: Bool? = nil, timeout: Int? = nil,
        trust: BackendTrust = TLSBackendTests.trust
    ) async throws -> TestPlane {
        let plane = try await TestPlane([]) {
            $0.backendTrust = trust
            // However slow the machine, no connection is closed for its age here.
            $0.upstreamIdleMilliseconds = 600_000
        }
        try await publish(uri, type: type, skips: skips, timeout: timeout, to: plane)
        return plane
    }

    private func publish(
        _ uri: String, type: String = "HTTP_PROXY", skips: Bool? = nil, timeout: Int? = nil,
        certificate: PublishedCertificate? = nil, to plane: TestPlane
    ) async throws {
        var integration = Integration(type: type)
        integration.httpMethod = "POST"
        integration.uri = uri
        integration.timeoutInMillis = timeout
        integration.tlsConfig = skips.map { TlsConfig(insecureSkipVerification: $0) }
        integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
        var stage = Stage(stageName: "prod", deploymentId: "base")
        var setting = MethodSetting()
        setting.loggingLevel = "INFO"
        setting.dataTraceEnabled = true
        stage.methodSettings = ["*/*": setting]
        let resources = [
            TestPlane.resource("/x", integration), TestPlane.resource("/beside", TestPlane.mock("{}")),
        ]
        await plane.plane.publish(
            try plane.plane.prepare(
                StagePublication(
                    apiId: TestPlane.apiId, stage: stage, base: TestPlane.snapshot(resources, id: "base"), canary: nil,
                    clientCertificate: certificate)))
    }

    /// Calls the backend; then a neighbour, which nothing may have happened to.
    private func call(_ plane: TestPlane, body: String = "") async throws -> Message {
        let answer = try await plane.call("/prod/x", verb: "POST", body: body)
        #expect(try await plane.call("/prod/beside").status == 200)
        return answer
    }

    private func log(_ plane: TestPlane, _ answer: Message) async -> [String] {
        await plane.plane.executionLog(requestId: answer["x-amzn-requestid"] ?? "")?.lines.map(\.message) ?? []
    }

    private func lastError(_ plane: TestPlane) async -> String {
        await plane.plane.accessLog(AccessLogQuery()).last { $0.path.hasSuffix("/x") }?.errorMessage ?? ""
    }

    // MARK: What works

    @Test(arguments: ["HTTP", "HTTP_PROXY"])
    func carriesRequestsOverOneConnection(_ type: String) async throws {
        let backend = try ScriptedBackend.echo()
        let front = try await TLSBackend(backend)
        let plane = try await plane(front.uri("/x"), type: type)
        for round in 0..<4 {
            let answer = try await call(plane, body: "hello \(round)")
            #expect(answer.status == 200)
            #expect(answer.text.hasPrefix("POST /x HTTP/1.1\nHost: 127.0.0.1:\(front.port)\n"))
            #expect(answer.text.hasSuffix("hello \(round)"))
            if type == "HTTP_PROXY" { #expect(answer.text.contains("X-Forwarded-Proto: http\n")) }
            #expect(await log(plane, answer).contains("Sending request to https://127.0.0.1:\(front.port)/x"))
        }
        // A backend of these tests closes what it does not hear of for ten seconds; not each request needs its own.
        #expect(backend.connections < 4)
        #expect(front.handshakes.first == .init(version: .tlsv13, certificate: nil))
        await plane.stop()
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func speaksTheNewerVersions(_ version: TLSVersion) async throws {
        let front = try await TLSBackend(
            try ScriptedBackend.echo(), options: .init(versions: (version, version)))
        let plane = try await plane(front.uri("/x"))
        #expect(try await call(plane).status == 200)
        #expect(front.handshakes.map(\.version) == [version])
        await plane.stop()
    }

    /// The same host with and without TLS, and with another setting of it, shares no connection.
    @Test func keepsConnectionsOfOtherSettingsApart() async throws {
        let backend = try ScriptedBackend.echo()
        let front = try await TLSBackend(backend)
        let plane = try await plane(front.uri("/x"))
        var connections: [Int] = []
        for skips in [false, true] {
            try await publish(front.uri("/x"), skips: skips, to: plane)
            #expect(try await call(plane).status == 200)
            connections.append(backend.connections)
        }
        #expect(connections == [1, 2])
        await plane.stop()
    }

    @Test(arguments: [("localhost", 200), ("[::1]", 200)])
    func findsBackendsByNameAndByAddressOfSixteenBytes(_ host: String, _ status: Int) async throws {
        let front = try await TLSBackend(
            try ScriptedBackend.echo(), host: host == "localhost" ? "127.0.0.1" : "::1")
        let plane = try await plane(front.uri("/x", host: host))
        let answer = try await call(plane)
        #expect(answer.status == status)
        #expect(answer.text.contains("Host: \(host):\(front.port)\n"))
        await plane.stop()
    }

    /// A host that the request names is the one that its certificate has to be for.
    @Test(arguments: [("localhost", 200), ("127.0.0.2", 500)])
    func verifiesHostsThatRequestsChoose(_ host: String, _ status: Int) async throws {
        let front = try await TLSBackend(try ScriptedBackend.echo(), host: "0.0.0.0")
        var integration = Integration(type: "HTTP_PROXY")
        integration.uri = "https://{host}:\(front.port)/"
        integration.requestParameters = ["integration.request.path.host": "method.request.path.host"]
        let plane = try await TestPlane([TestPlane.resource("/{host}", integration)]) { $0.backendTrust = Self.trust }
        #expect(try await plane.call("/prod/\(host)").status == status)
        await plane.stop()
    }

    @Test func streamsLargeBodiesBothWays() async throws {
        let backend = try ScriptedBackend { connection, _ in
            let request = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n")
            try connection.send(request.body)
        }
        let front = try await TLSBackend(backend)
        let plane = try await plane(front.uri("/x"))
        let body = String(repeating: "0123456789abcdef", count: 500_000)
        let answer = try await call(plane, body: body)
        #expect(answer.text == body)
        await plane.stop()
    }

    // MARK: Who is trusted

    struct TrustCase: Sendable, CustomTestStringConvertible {
        var name: String
        var certificate: TestCertificate
        var host = "127.0.0.1"
        var skips = false
        var trust = TLSBackendTests.trust
        /// What is said in the log; `nil` where the backend is called.
        var line: String?
        var testDescription: String { name }
    }

    /// A machine that trusts ``TestCertificate/selfSigned`` alone.
    static let machine: BackendTrust = {
        let file = FileManager.default.temporaryDirectory.path + "/sluice-test-\(UUID().uuidString.prefix(8)).pem"
        try? TestCertificate.selfSigned.certificate.write(toFile: file, atomically: true, encoding: .utf8)
        return BackendTrust(own: [], systemBundles: ["/none", file])
    }()

    static let building = "Execution failed due to configuration error: PKIX path building failed: the endpoint's "
    static let validation = "Execution failed due to configuration error: PKIX path validation failed: the endpoint's "
    static let name = "Execution failed due to configuration error: Host name "
    static let expired = validation + "certificate expired on Tue Jan 01 00:00:00 UTC 2002"
    static let future = validation + "certificate is not valid before Wed Jan 01 00:00:00 UTC 2110"
    static let trusts = [
        TrustCase(name: "signed by a trusted authority", certificate: .trusted),
        TrustCase(
            name: "of an authority that only the file names", certificate: .trusted,
            trust: BackendTrust(own: trust.own, systemBundles: [])),
        TrustCase(
            name: "signed by itself", certificate: .selfSigned,
            line: building + "certificate is signed by itself and by no authority that is trusted"),
        TrustCase(
            name: "signed by a stranger", certificate: .foreign,
            line: building
                + "certificate is signed by 'Sluice, Unknown authority', which leads to no authority that is trusted"),
        TrustCase(name: "signed by one of the machine's authorities", certificate: .selfSigned, trust: machine),
        TrustCase(
            name: "signed by none of the machine's authorities", certificate: .trusted, trust: machine,
            line: building
                + "certificate is signed by 'Sluice, Test authority', which leads to no authority that is trusted"),
        TrustCase(name: "expired", certificate: .expired, line: expired),
        TrustCase(name: "not valid yet", certificate: .future, line: future),
        TrustCase(
            name: "for another host", certificate: .other, host: "localhost",
            line: name + "'localhost' does not match the endpoint's certificate, which is for other.example"),
        TrustCase(
            name: "for another address", certificate: .other,
            line: name + "does not match the endpoint's certificate, which is for other.example"),
        TrustCase(name: "skip: signed by itself", certificate: .selfSigned, skips: true),
        TrustCase(name: "skip: signed by a stranger", certificate: .foreign, skips: true),
        TrustCase(
            name: "skip: no authorities at all", certificate: .trusted, skips: true,
            trust: BackendTrust(own: [], systemBundles: [])),
        TrustCase(name: "skip: expired", certificate: .expired, skips: true, line: expired),
        TrustCase(name: "skip: not valid yet", certificate: .future, skips: true, line: future),
        TrustCase(
            name: "skip: for another host", certificate: .other, host: "localhost", skips: true,
            line: name + "'localhost' does not match the endpoint's certificate, which is for other.example"),
        TrustCase(
            name: "no authorities at all", certificate: .trusted,
            trust: BackendTrust(own: [], systemBundles: ["/none"]),
            line: "Execution failed due to configuration error: \(BackendTrust.nothingTrusted)"),
    ]

    @Test(arguments: trusts, ["HTTP", "HTTP_PROXY"])
    func verifiesCertificates(_ row: TrustCase, _ type: String) async throws {
        let backend = try ScriptedBackend.echo()
        let front = try await TLSBackend(backend, options: .init(certificate: row.certificate))
        let plane = try await plane(
            front.uri("/x", host: row.host), type: type, skips: row.skips, trust: row.trust)
        let answer = try await call(plane)
        #expect(answer.status == (row.line == nil ? 200 : 500))
        if let line = row.line {
            #expect(answer.text == #"{"message": "Internal server error"}"#)
            #expect(await log(plane, answer).contains(line))
            // The record keeps as much as it has room for.
            let error = await lastError(plane)
            #expect(error.utf8.count > 100 || error == line)
            #expect(line.hasPrefix(error))
        }
        await plane.stop()
    }

    @Test(arguments: [
        ("no file", nil, "cannot read the certificate authorities in {file}: "),
        ("no PEM", "nonsense", "{file} holds no certificate: "),
        ("a key", TestCertificate.trusted.key, "{file} holds no certificate: "),
        ("a broken certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "{file}"),
        ("empty", "", "{file} holds no certificate: "),
    ])
    func saysWhatIsWrongWithAFileOfAuthorities(_ name: String, _ content: String?, _ text: String) throws {
        let home = TemporaryHome()
        try FileManager.default.createDirectory(atPath: home.path, withIntermediateDirectories: true)
        let file = home.path + "/ca.pem"
        try content?.write(toFile: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: BackendTrustError.self) { try BackendTrust(file: file) }
        #expect(
            error?.description.contains(text.replacing("{file}", with: file)) == true, "\(String(describing: error))")
    }

    @Test func readsEveryAuthorityOfAFile() throws {
        let home = TemporaryHome()
        try FileManager.default.createDirectory(atPath: home.path, withIntermediateDirectories: true)
        let file = home.path + "/ca.pem"
        try "# two\n\(TestCertificate.authority)\n\(TestCertificate.selfSigned.certificate)\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try BackendTrust(file: file).own.count == 2)
    }

    // MARK: Client certificates

    private static func certificate(_ id: String) throws -> PublishedCertificate {
        let made = try SelfSignedCertificate(
            from: .now, until: Timestamp(seconds: Timestamp.now.seconds + 86_400))
        return PublishedCertificate(id: id, certificate: made.certificate, privateKey: made.privateKey)
    }

    private static func der(_ certificate: PublishedCertificate) throws -> [UInt8] {
        try NIOSSLCertificate(bytes: Array(certificate.certificate.utf8), format: .pem).toDERBytes()
    }

    @Test func showsTheStagesCertificateAndItsSuccessorAtOnce() async throws {
        let backend = try ScriptedBackend.echo()
        let front = try await TLSBackend(backend, options: .init(asksForCertificate: true))
        let (first, second) = (try Self.certificate("first1"), try Self.certificate("second"))
        let plane = try await plane(front.uri("/x"))
        try await publish(front.uri("/x"), certificate: first, to: plane)
        #expect(try await call(plane).status == 200)
        #expect(try await call(plane).status == 200)
        try await publish(front.uri("/x"), certificate: second, to: plane)
        #expect(try await call(plane).status == 200)
        let shown = front.handshakes.map(\.certificate)
        #expect(shown.first == (try Self.der(first)))
        #expect(shown.last == (try Self.der(second)))
        #expect(shown.allSatisfy { $0 != nil })
        await plane.stop()
    }

    /// A backend that wants a certificate and gets none, or gets one that it does not know.
    @Test(arguments: [TLSVersion.tlsv12, .tlsv13], [false, true])
    func saysThatTheBackendRefusedTheCertificate(_ version: TLSVersion, _ shows: Bool) async throws {
        let known = try Self.certificate("known1")
        let front = try await TLSBackend(
            try ScriptedBackend.echo(),
            options: .init(
                asksForCertificate: true,
                clientAuthorities: try NIOSSLCertificate.fromPEMBytes(Array(known.certificate.utf8)),
                versions: (version, version)))
        let plane = try await plane(front.uri("/x"))
        try await publish(front.uri("/x"), certificate: shows ? try Self.certificate("other1") : nil, to: plane)
        let answer = try await call(plane)
        #expect(answer.status == 500)
        let line = await lastError(plane)
        #expect(
            line.hasPrefix(
                "Execution failed due to configuration error: General SSLEngine problem: the endpoint refused the TLS "
                    + "handshake: "), "\(line)")
        try await publish(front.uri("/x"), certificate: known, to: plane)
        #expect(try await call(plane).status == 200)
        await plane.stop()
    }

    @Test func plansThatNoLongerCountLeaveNoContextBehind() throws {
        let contexts = BackendContexts(trust: Self.trust)
        weak var kept: NIOSSLContext?
        do {
            let context = try contexts.context(certificate: try Self.certificate("a"))
            kept = context
            #expect(try contexts.context(certificate: try Self.certificate("a")) === context)
            #expect(try contexts.context(certificate: nil) !== context)
        }
        #expect(kept == nil)
    }

    @Test func certificatesThatCannotBeReadAreRefused() {
        let contexts = BackendContexts(trust: Self.trust)
        #expect(throws: PlanError.self) {
            try contexts.context(certificate: PublishedCertificate(id: "a", certificate: "x", privateKey: "y"))
        }
    }

    // MARK: Backends that misbehave

    struct FaultCase: Sendable, CustomTestStringConvertible {
        var name: String
        var status: Int
        var line: String
        var script: @Sendable (RawSocket) throws -> Void
        var testDescription: String { name }
    }

    static let network = "Execution failed due to a network error communicating with endpoint"
    static let engine = "Execution failed due to configuration error: General SSLEngine problem: "
    static let faults = [
        FaultCase(name: "closes within the handshake", status: 504, line: network) { _ = try $0.read(5) },
        FaultCase(name: "closes before the handshake", status: 504, line: network) { _ in },
        FaultCase(name: "resets within the handshake", status: 504, line: network) { connection in
            _ = try connection.read(5)
            connection.reset()
        },
        FaultCase(name: "stalls in the handshake", status: 504, line: "Execution failed due to a timeout error") {
            _ = try $0.readToEnd()
        },
        FaultCase(
            name: "speaks plain HTTP", status: 500, line: engine + "the endpoint does not speak TLS on this port"
        ) { connection in
            _ = try connection.read(5)
            try connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            _ = try connection.readToEnd()
        },
        FaultCase(
            name: "sends garbage", status: 500, line: engine + "the endpoint does not speak TLS on this port"
        ) { connection in
            _ = try connection.read(5)
            try connection.send([UInt8](repeating: 0xAA, count: 4096))
            _ = try connection.readToEnd()
        },
        FaultCase(
            name: "refuses with an alert", status: 500,
            line: engine + "the endpoint refused the TLS handshake: handshake failure"
        ) { connection in
            _ = try connection.read(5)
            try connection.send([0x15, 3, 3, 0, 2, 2, 40])
            _ = try connection.readToEnd()
        },
        FaultCase(
            name: "begins a handshake without end", status: 504, line: "Execution failed due to a timeout error"
        ) { connection in
            _ = try connection.read(5)
            try connection.send([0x16, 3, 3, 0x40, 0, 2, 0, 0x3F, 0xFC])
            _ = try connection.readToEnd()
        },
    ]

    @Test(arguments: faults, ["HTTP", "HTTP_PROXY"])
    func handshakesThatFail(_ row: FaultCase, _ type: String) async throws {
        let backend = try ScriptedBackend { connection, _ in try row.script(connection) }
        let plane = try await plane(
            "https://127.0.0.1:\(backend.port)/", type: type, timeout: row.line.contains("timeout") ? 300 : nil)
        let answer = try await call(plane)
        #expect(answer.status == row.status)
        let lines = await log(plane, answer)
        #expect(lines.contains(row.line), "\(lines)")
        #expect(lines.contains("Sending request to https://127.0.0.1:\(backend.port)/"))
        #expect(await lastError(plane).hasPrefix(row.line))
        await plane.stop()
    }

    @Test func backendsOfOldVersionsAreRefused() async throws {
        let front = try await TLSBackend(
            try ScriptedBackend.echo(), options: .init(versions: (.tlsv1, .tlsv11)))
        let plane = try await plane(front.uri("/x"))
        #expect(try await call(plane).status == 500)
        #expect(await lastError(plane).hasPrefix(Self.engine))
        await plane.stop()
    }

    /// Whether an end without TLS's farewell makes a body whole: never, not even one that the end alone delimits.
    @Test(
        arguments: [
            ("Content-Length: 10\r\n\r\nhalf", true, nil), ("Content-Length: 4\r\n\r\nhalf", true, 200),
            ("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", true, nil), ("X: y\r\n\r\nhalf", true, nil),
            ("X: y\r\n\r\nhalf", false, 200), ("Content-Length: 10\r\n\r\nhalf", false, nil),
        ] as [(String, Bool, Int?)], ["HTTP", "HTTP_PROXY"])
    func truncatedBodies(_ row: (response: String, truncates: Bool, status: Int?), _ type: String) async throws {
        let backend = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\n" + row.response)
        }
        let front = try await TLSBackend(backend, options: .init(truncates: row.truncates))
        let plane = try await plane(front.uri("/x"), type: type)
        let answer = try? await call(plane)
        #expect(answer?.status == row.status ?? (type == "HTTP" ? 504 : nil))
        if row.status == 200 { #expect(answer?.text == "half") }
        await plane.stop()
    }

    // MARK: Dates

    @Test(arguments: [
        (TestCertificate.expired, 978_307_200, 1_009_843_200), (.trusted, 1_577_836_800, 4_733_510_400),
    ])
    func readsDates(_ certificate: TestCertificate, _ from: Int, _ until: Int) throws {
        let made = try NIOSSLCertificate(bytes: Array(certificate.certificate.utf8), format: .pem)
        let dates = try #require(CertificateDates(made))
        #expect((dates.notBefore, dates.notAfter) == (from, until))
        #expect(dates.notAfter == Int(made.notValidAfter))
    }

    /// Whatever stands in a certificate, reading it ends.
    @Test func datesOfNonsenseAreNone() throws {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.trusted.certificate.utf8), format: .pem)
        let bytes = try certificate.toDERBytes()
        for count in 0..<150 { _ = CertificateDates(der: Array(bytes.prefix(count))) }
        #expect(CertificateDates(der: []) == nil)
        #expect(CertificateDates(der: [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
        for place in 0..<min(bytes.count, 200) {
            for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
                var changed = bytes
                changed[place] = value
                _ = CertificateDates(der: changed)
            }
        }
    }
}
