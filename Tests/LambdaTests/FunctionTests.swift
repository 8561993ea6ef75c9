import Lambda
import Testing

@Suite struct FunctionTests {
    @Test func aVersionStartsWithLambdasDefaults() {
        let version = FunctionVersion(
            version: "$LATEST", runtime: "python3.12", handler: "app.handler", codeDirectory: "/srv/hello",
            revision: "1")
        #expect(version.memorySize == 128)
        #expect(version.timeout == 3)
        #expect(!version.watchesCode)
    }
}
