import ControlAPI

/// The client libraries that API Gateway knows, with the parameters of `GetSdk` (AWS's guide, "Generate an SDK").
enum SdkTypes {
    static let all = [
        SdkType(
            id: "android", friendlyName: "Android", description: "Android SDK",
            configurationProperties: [
                property("groupId", "Maven group ID"), property("invokerPackage", "Java package name"),
                property("artifactId", "Maven artifact ID"), property("artifactVersion", "Maven artifact version"),
            ]),
        SdkType(
            id: "java", friendlyName: "Java", description: "Java SDK",
            configurationProperties: [
                property("service.name", "Service name"), property("java.package-name", "Java package name"),
                property("java.build-system", "Build system: maven or gradle", required: false, default: "maven"),
                property("java.group-id", "Maven group ID", required: false),
                property("java.artifact-id", "Maven artifact ID", required: false),
                property("java.artifact-version", "Maven artifact version", required: false, default: "1.0-SNAPSHOT"),
            ]),
        SdkType(
            id: "javascript", friendlyName: "JavaScript", description: "JavaScript SDK", configurationProperties: []),
        SdkType(
            id: "objectivec", friendlyName: "iOS (Objective-C)", description: "iOS SDK in Objective-C",
            configurationProperties: [property("classPrefix", "Prefix of class names")]),
        SdkType(
            id: "ruby", friendlyName: "Ruby", description: "Ruby SDK",
            configurationProperties: [
                property("service.name", "Service name"),
                property("ruby.gem-name", "Name of the gem", required: false),
                property("ruby.gem-version", "Version of the gem", required: false, default: "0.0.1"),
            ]),
        SdkType(
            id: "swift", friendlyName: "iOS (Swift)", description: "iOS SDK in Swift",
            configurationProperties: [property("classPrefix", "Prefix of class names")]),
    ]

    private static func property(
        _ name: String, _ description: String, required: Bool = true, default: String? = nil
    ) -> SdkConfigurationProperty {
        SdkConfigurationProperty(
            name: name, friendlyName: description, description: description, required: required, defaultValue: `default`
        )
    }
}
