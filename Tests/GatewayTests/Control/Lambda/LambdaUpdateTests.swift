import ControlAPI
import Foundation
import JSON
import Lambda
import Testing

@testable import Gateway

@Suite struct LambdaUpdateTests {
    @Test func `UpdateFunctionCode: new code in a folder of its own, the old one is swept`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.function()
        let old = try #require(harness.functions.published.first?.versions["$LATEST"])
        let updated = try await harness.done(
            "PUT", ControlHarness.hello + "/code", ["ZipFile": .string(ControlHarness.package)])
        #expect(updated.text("RevisionId") != made.text("RevisionId"))
        let new = try #require(harness.functions.published.first?.versions["$LATEST"])
        #expect(new.codeDirectory != old.codeDirectory)
        #expect(new.revision != old.revision)
        await harness.plane.sweepPackagesNow()
        #expect(!FileManager.default.fileExists(atPath: old.codeDirectory))
        #expect(FileManager.default.fileExists(atPath: new.codeDirectory + "/app.py"))
    }

    @Test func `a dry run, a wrong revision and a broken package change nothing`() async throws {
        let harness = try ControlHarness()
        try await harness.function()
        let before = try await harness.contents()
        let code = ControlHarness.hello + "/code"
        let dry = try await harness.done(
            "PUT", code, ["ZipFile": .string(ControlHarness.package), "DryRun": true])
        #expect(dry.text("CodeSha256") == ControlHarness.packageSha)
        let stale = try await harness.call(
            "PUT", code, ["ZipFile": .string(ControlHarness.package), "RevisionId": "other"])
        #expect(stale.status == 412)
        #expect(stale.code == "PreconditionFailedException")
        #expect(try await harness.call("PUT", code, ["ZipFile": "AAAA"]).status == 400)
        #expect(try await harness.contents() == before)
        #expect(FunctionFiles.packages(harness.home.path).count == 1)
    }

    @Test func `UpdateFunctionConfiguration sets what is given and leaves the rest`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.function(["Environment": ["Variables": ["AA": "1"]]])
        let path = ControlHarness.hello + "/configuration"
        let updated = try await harness.done("PUT", path, ["Timeout": 10, "MemorySize": 256])
        #expect(updated["Timeout"] == 10)
        #expect(updated["MemorySize"] == 256)
        #expect(updated["Handler"] == made["Handler"])
        #expect(updated["Environment"] == ["Variables": ["AA": "1"]])
        #expect(updated.text("RevisionId") != made.text("RevisionId"))
        let cleared = try await harness.done("PUT", path, ["Environment": ["Variables": [:]]])
        #expect(cleared["Environment"] == nil)
        let logging = try await harness.done("PUT", path, ["LoggingConfig": ["LogFormat": "JSON"]])
        #expect(
            logging["LoggingConfig"] == [
                "LogFormat": "JSON", "LogGroup": "/aws/lambda/hello", "ApplicationLogLevel": "INFO",
                "SystemLogLevel": "INFO",
            ])
        #expect(try await harness.call("PUT", path, ["Timeout": 1000]).code == "ValidationException")
        let version = try #require(harness.functions.published.first?.versions["$LATEST"])
        #expect((version.timeout, version.memorySize) == (10, 256))
        #expect(
            try await harness.call("PUT", ControlHarness.functions + "/hello:1/configuration", ["Timeout": 1]).status
                == 400)
    }

    @Test func `a folder is used in place, over the Unix socket alone, and a version of it is a copy`() async throws {
        let harness = try ControlHarness()
        let folder = harness.home.path + "/mine"
        try FileManager.default.createDirectory(atPath: folder + "/lib", withIntermediateDirectories: true)
        func write(_ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: folder + "/lib/app.py"))
        }
        try write("one")
        let body = ControlHarness.newFunction(["Code": ["SluiceFolder": .string(folder)]])
        let remote = try await harness.send(
            "POST", ControlHarness.functions, Array(body.text().utf8), caller: .remote)
        #expect(remote.status == 403)
        let made = try await harness.done("POST", ControlHarness.functions, body)
        #expect(made["CodeSize"] == 3)
        let latest = try #require(harness.functions.published.first?.versions["$LATEST"])
        #expect(latest.codeDirectory == folder)
        #expect(latest.watchesCode)
        #expect(try await harness.done("GET", ControlHarness.hello)["Code"]?["RepositoryType"] == "Sluice")

        #expect(try await harness.done("POST", ControlHarness.hello + "/versions", [:]).text("Version") == "1")
        #expect(try await harness.done("POST", ControlHarness.hello + "/versions", [:]).text("Version") == "1")
        try write("two words")
        #expect(try await harness.done("POST", ControlHarness.hello + "/versions", [:]).text("Version") == "2")
        let versions = try #require(harness.functions.published.first?.versions)
        for (version, text) in [("1", "one"), ("2", "two words"), ("$LATEST", "two words")] {
            let place = try #require(versions[version]).codeDirectory + "/lib/app.py"
            #expect(try String(contentsOfFile: place, encoding: .utf8) == text)
        }
        #expect(versions["1"]?.watchesCode == false)
        await harness.plane.sweepPackagesNow()
        #expect(FunctionFiles.packages(harness.home.path).count == 2)
    }
}
