/// A kind of client library, as `GetSdkType` returns it.
public struct SdkType: Codable, Sendable, Hashable {
    public var id: String
    public var friendlyName: String
    public var description: String
    public var configurationProperties: [SdkConfigurationProperty]

    public init(
        id: String, friendlyName: String, description: String, configurationProperties: [SdkConfigurationProperty]
    ) {
        self.id = id
        self.friendlyName = friendlyName
        self.description = description
        self.configurationProperties = configurationProperties
    }
}

/// A parameter that `GetSdk` takes for a type.
public struct SdkConfigurationProperty: Codable, Sendable, Hashable {
    public var name: String
    public var friendlyName: String
    public var description: String
    public var required: Bool
    public var defaultValue: String?

    public init(
        name: String, friendlyName: String, description: String, required: Bool, defaultValue: String? = nil
    ) {
        self.name = name
        self.friendlyName = friendlyName
        self.description = description
        self.required = required
        self.defaultValue = defaultValue
    }
}
