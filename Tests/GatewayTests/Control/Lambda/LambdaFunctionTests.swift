import ControlAPI
import Foundation
import JSON
import Lambda
import Testing

@testable import Gateway

@Suite struct LambdaFunctionTests {
    @Test func `CreateFunction answers as Lambda does, and the code is there`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.function([
            "Environment": ["Variables": ["STAGE": "dev"]], "Description": "says hello", "Tags": ["team": "pets"],
        ])
        #expect(made.status == 201)
        for (member, value) in [
            ("FunctionName", "hello"), ("FunctionArn", lambdaArn), ("Runtime", "python3.11"),
            ("Handler", "app.handler"), ("Role", ControlHarness.role), ("CodeSha256", ControlHarness.packageSha),
            ("Version", "$LATEST"), ("State", "Active"), ("LastUpdateStatus", "Successful"), ("PackageType", "Zip"),
            ("Description", "says hello"),
        ] {
            #expect(made.text(member) == value)
        }
        #expect(made["CodeSize"] == 156)
        #expect(made["MemorySize"] == 128)
        #expect(made["Timeout"] == 3)
        #expect(made["Architectures"] == ["x86_64"])
        #expect(made["EphemeralStorage"] == ["Size": 512])
        #expect(made["TracingConfig"] == ["Mode": "PassThrough"])
        #expect(made["SnapStart"] == ["ApplyOn": "None", "OptimizationStatus": "Off"])
        #expect(made["LoggingConfig"] == ["LogFormat": "Text", "LogGroup": "/aws/lambda/hello"])
        #expect(made["Environment"] == ["Variables": ["STAGE": "dev"]])
        #expect(made.text("RevisionId").utf8.count == 36)
        #expect(made.text("LastModified").hasSuffix(".000+0000"))

        let version = try #require(harness.functions.published.first?.versions["$LATEST"])
        let code = try String(contentsOfFile: version.codeDirectory + "/app.py", encoding: .utf8)
        #expect(code.hasPrefix("def handler"))
        #expect(version.environment == ["STAGE": "dev"])
        #expect(version.revision == made.text("RevisionId"))
        #expect(!version.watchesCode)

        let shown = try await harness.done("GET", ControlHarness.hello)
        #expect(shown["Configuration"] == made.body)
        #expect(shown["Tags"] == ["team": "pets"])
        #expect(shown["Code"]?["RepositoryType"] == "S3")
        let location = try #require(URL(string: shown["Code"]?["Location"]?.string ?? ""))
        #expect(try Data(contentsOf: location) == Data(base64Encoded: ControlHarness.package))
        let journal = try await harness.done("GET", "/sluice/journal?limit=1")
        #expect(journal["item"]?[0]?["resource"] == "/functions/hello")
        #expect(journal["item"]?[0]?["operation"] == "CreateFunction")
    }

    struct Refusal: CustomTestStringConvertible {
        let body: JSON
        let code: String
        let message: String
        let status: Int
        var testDescription: String { message }

        init(_ body: JSON, _ code: String, _ message: String, status: Int = 400) {
            self.body = body
            self.code = code
            self.message = message
            self.status = status
        }

        static func validation(_ body: JSON, _ message: String) -> Refusal {
            Refusal(body, "ValidationException", "1 validation error detected: Value \(message)")
        }

        static func parameter(_ body: JSON, _ message: String) -> Refusal {
            Refusal(body, "InvalidParameterValueException", message)
        }
    }

    private static let must = "failed to satisfy constraint: Member must"

    @Test(
        "what CreateFunction refuses, and how",
        arguments: [
            Refusal.validation(["Role": .null], "null at 'role' \(must) not be null"),
            .validation(["FunctionName": .null], "null at 'functionName' \(must) not be null"),
            .validation(["Code": .null], "null at 'code' \(must) not be null"),
            .validation(
                ["FunctionName": "a b"],
                "'a b' at 'functionName' \(must) satisfy regular expression pattern: \(FunctionReference.pattern)"),
            .validation(["Timeout": 901], "'901' at 'timeout' \(must) have value less than or equal to 900"),
            .validation(["Timeout": 0], "'0' at 'timeout' \(must) have value greater than or equal to 1"),
            .validation(["MemorySize": 64], "'64' at 'memorySize' \(must) have value greater than or equal to 128"),
            .validation(
                ["PackageType": "Jar"], "'Jar' at 'packageType' \(must) satisfy enum value set: [Zip, Image]"),
            .validation(
                ["Handler": "a b"], #"'a b' at 'handler' \#(must) satisfy regular expression pattern: [^\s]+"#),
            .validation(
                ["TracingConfig": ["Mode": "x"]],
                "'x' at 'tracingConfig.mode' \(must) satisfy enum value set: [Active, PassThrough]"),
            .parameter(
                ["Runtime": .null],
                "Runtime and Handler are mandatory parameters for functions created with deployment packages."),
            .parameter(
                ["Runtime": "python2.7"],
                "The runtime parameter of python2.7 is no longer supported for creating or updating AWS Lambda "
                    + "functions. We recommend you use a supported runtime while creating or updating functions."),
            .parameter(["Code": [:]], "Please provide a source for function code."),
            .parameter(["Code": ["ZipFile": ""]], "Uploaded file must be a non-empty zip"),
            .parameter(
                ["Code": ["ZipFile": "bm8gemlwIGZpbGUgYXQgYWxs"]],
                "Could not unzip uploaded file. Please check your file, then try to upload again."),
            .parameter(
                ["Code": ["S3Bucket": "b", "S3Key": "k"]],
                "Code is not fetched from S3 by this engine: send the package itself (ZipFile; with the aws command "
                    + "line, --zip-file fileb://package.zip)"),
            .parameter(["Code": ["SluiceFolder": "src"]], "SluiceFolder has to be an absolute path, not 'src'"),
            .parameter(
                ["Code": ["SluiceFolder": "/no/such/folder"]],
                "SluiceFolder: /no/such/folder is no folder on this machine"),
            .parameter(
                ["Layers": ["arn:aws:lambda:us-east-1:000000000000:layer:l:1"]],
                "Layers are not supported by this engine: put what they hold into the function's own code"),
            .parameter(
                ["Environment": ["Variables": ["AWS_REGION": "x"]]],
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided contains reserved keys that are currently not supported for modification. Reserved "
                    + "keys used in this request: AWS_REGION"),
            Refusal(["Code": ["ZipFile": "%%"]], "SerializationException", "ZipFile is not valid base64"),
        ])
    func refused(_ one: Refusal) async throws {
        let harness = try ControlHarness()
        let before = try await harness.contents()
        let reply = try await harness.call("POST", ControlHarness.functions, ControlHarness.newFunction(one.body))
        #expect(reply.message == one.message)
        #expect(reply.code == one.code)
        #expect(reply.status == one.status)
        #expect(try await harness.contents() == before)
        #expect(FunctionFiles.packages(harness.home.path).isEmpty)
    }

    @Test func `a function answers to its name in any region`() async throws {
        let harness = try ControlHarness()
        let name = JSON.string("arn:aws:lambda:eu-west-1:000000000000:function:x")
        let made = try await harness.call(
            "POST", ControlHarness.functions, ControlHarness.newFunction(["FunctionName": name]))
        #expect(made.status == 201)
        for name in ["x", "arn:aws:lambda:eu-west-1:000000000000:function:x"] {
            #expect(try await harness.call("GET", ControlHarness.functions + "/" + name).status == 200)
        }
    }

    @Test func `a second function of the same name, and the error's body`() async throws {
        let harness = try ControlHarness()
        try await harness.function()
        let again = try await harness.call("POST", ControlHarness.functions, ControlHarness.newFunction())
        #expect(again.status == 409)
        #expect(again.code == "ResourceConflictException")
        #expect(again.body == ["Type": "User", "message": "Function already exist: hello"])
        let missing = try await harness.call("GET", ControlHarness.functions + "/nobody")
        #expect(missing.status == 404)
        #expect(
            missing.body == [
                "Type": "User",
                "Message": "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody",
            ])
    }

    @Test(
        "names, partial ARNs and ARNs name the same function",
        arguments: [
            "hello", "hello:$LATEST", "function:hello", "000000000000:function:hello",
            "us-east-1:000000000000:function:hello", lambdaArn, lambdaArn + ":$LATEST",
            "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ahello", "hello?Qualifier=$LATEST",
        ])
    func names(_ name: String) async throws {
        let harness = try ControlHarness()
        try await harness.function()
        let halves = name.split(separator: "?", maxSplits: 1)
        let query = halves.count > 1 ? "?\(halves[1])" : ""
        let target = "\(ControlHarness.functions)/\(halves[0])/configuration\(query)"
        let shown = try await harness.done("GET", target)
        let isQualified = name.contains("LATEST")
        #expect(shown.text("FunctionArn") == lambdaArn + (isQualified ? ":$LATEST" : ""))
    }

    @Test(
        "names that lead nowhere",
        arguments: [
            ("hello:nobody", "Function not found: \(lambdaArn):nobody"),
            (
                "hello:1?Qualifier=2",
                "The derived qualifier from the function name does not match the specified qualifier."
            ),
            (
                "111111111111:function:hello",
                "This engine has the functions of account 000000000000, not of 111111111111 (111111111111:function:hello)"
            ),
        ])
    func wrongNames(_ name: String, _ message: String) async throws {
        let harness = try ControlHarness()
        try await harness.function()
        #expect(try await harness.call("GET", "\(ControlHarness.functions)/\(name)").message == message)
    }

    @Test func `lists page by marker, with all versions where that is asked for`() async throws {
        let harness = try ControlHarness()
        for name in ["c", "a", "b"] { try await harness.function(["Publish": .bool(name == "b")], name: name) }
        func names(_ query: String) async throws -> (names: [String], marker: String?) {
            let reply = try await harness.done("GET", "\(ControlHarness.functions)?\(query)")
            let items = reply["Functions"]?.array ?? []
            #expect(items.allSatisfy { $0["State"] == nil })
            let marker = reply["NextMarker"]?.string
            return (
                items.map {
                    $0["FunctionArn"]?.string?.split(separator: ":", maxSplits: 6).last.map(String.init) ?? ""
                }, marker
            )
        }
        let first = try await names("MaxItems=2")
        #expect(first.names == ["a", "b"])
        let second = try await names("MaxItems=2&Marker=\(try #require(first.marker))")
        #expect(second.names == ["c"])
        #expect(second.marker == nil)
        #expect(try await names("FunctionVersion=ALL").names == ["a:$LATEST", "b:$LATEST", "b:1", "c:$LATEST"])
        #expect(try await harness.call("GET", "\(ControlHarness.functions)?MaxItems=0").code == "ValidationException")
        #expect(
            try await harness.call("GET", "\(ControlHarness.functions)?Marker=%21").code
                == "InvalidParameterValueException")
    }

    @Test func `DeleteFunction takes everything along, and its code when it is swept`() async throws {
        let harness = try ControlHarness()
        try await harness.versionedFunction()
        try await harness.done("POST", ControlHarness.hello + "/aliases", ["Name": "prod", "FunctionVersion": "1"])
        let refused = try await harness.call("DELETE", ControlHarness.hello + "?Qualifier=1")
        #expect(refused.message == "Unable to delete version because the following aliases reference it: [prod]")
        #expect(refused.status == 409)
        #expect(
            try await harness.call("DELETE", ControlHarness.hello + "?Qualifier=$LATEST").message
                == "$LATEST version cannot be deleted without deleting the function.")
        #expect(
            try await harness.call("DELETE", ControlHarness.hello + "?Qualifier=prod").message
                == "Deletion of aliases is not currently supported.")
        #expect(try await harness.done("DELETE", ControlHarness.hello + "?Qualifier=2").status == 204)
        #expect(try await harness.done("DELETE", ControlHarness.hello + "?Qualifier=2").status == 204)
        #expect(harness.functions.published.first?.versions.keys.sorted() == ["$LATEST", "1"])
        await harness.plane.sweepPackagesNow()
        #expect(FunctionFiles.packages(harness.home.path).count == 1)
        #expect(try await harness.done("DELETE", ControlHarness.hello).status == 204)
        #expect(harness.functions.published.isEmpty)
        await harness.plane.sweepPackagesNow()
        #expect(FunctionFiles.packages(harness.home.path).isEmpty)
        #expect(try await harness.call("DELETE", ControlHarness.hello).code == "ResourceNotFoundException")
    }

    @Test func `all is published again when an engine starts, and leftovers are gone`() async throws {
        let harness = try ControlHarness()
        try await harness.function()
        let left = harness.home.path + "/functions/hello/leftover/code"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        try await harness.plane.republishAll()
        #expect(harness.functions.published.map(\.name) == ["hello"])
        #expect(FunctionFiles.packages(harness.home.path).count == 1)
        #expect(!FileManager.default.fileExists(atPath: left))
    }
}

/// What stands below a home's `functions`.
enum FunctionFiles {
    static func packages(_ home: String) -> [String] {
        let root = home + "/functions"
        let names = { (path: String) in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
        return names(root).flatMap { function in names("\(root)/\(function)").map { "\(function)/\($0)" } }
    }
}
