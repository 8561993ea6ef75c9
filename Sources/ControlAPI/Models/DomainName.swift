/// A custom domain name, as `GetDomainName` returns it.
public struct DomainName: Codable, Sendable, Hashable {
    /// Lower case; a wildcard begins with `*.`.
    public var domainName: String?
    /// Of private domain names alone.
    public var domainNameId: String?
    public var domainNameArn: String?
    public var certificateName: String?
    public var certificateArn: String?
    public var certificateUploadDate: Timestamp?
    public var regionalDomainName: String?
    public var regionalHostedZoneId: String?
    public var regionalCertificateName: String?
    public var regionalCertificateArn: String?
    public var distributionDomainName: String?
    public var distributionHostedZoneId: String?
    public var endpointConfiguration: EndpointConfiguration?
    public var domainNameStatus: String?
    public var domainNameStatusMessage: String?
    public var securityPolicy: String?
    public var endpointAccessMode: String?
    public var tags: [String: String]?
    public var mutualTlsAuthentication: MutualTlsAuthentication?
    public var ownershipVerificationCertificateArn: String?
    public var managementPolicy: String?
    public var policy: String?
    /// `BASE_PATH_MAPPING_ONLY`, `ROUTING_RULE_ONLY` or `ROUTING_RULE_THEN_BASE_PATH_MAPPING`.
    public var routingMode: String?

    public init() {}
}

/// The authorities whose client certificates a domain name accepts.
public struct MutualTlsAuthentication: Codable, Sendable, Hashable {
    /// `s3://{bucket}/{key}`
    public var truststoreUri: String?
    public var truststoreVersion: String?
    public var truststoreWarnings: [String]?

    public init() {}
}

/// Which API stands under a path of a domain name, as `GetBasePathMapping` returns it.
public struct BasePathMapping: Codable, Sendable, Hashable {
    /// One segment; `(none)` is the empty one.
    public var basePath: String
    public var restApiId: String
    /// `nil`: the first segment of the rest names the stage.
    public var stage: String?

    public init(basePath: String, restApiId: String, stage: String?) {
        self.basePath = basePath
        self.restApiId = restApiId
        self.stage = stage
    }
}

/// Which VPC endpoint may call a private domain name.
public struct DomainNameAccessAssociation: Codable, Sendable, Hashable {
    public var domainNameAccessAssociationArn: String
    public var domainNameArn: String
    /// `VPCE`
    public var accessAssociationSourceType: String
    /// For example `vpce-0123456789abcdef0`.
    public var accessAssociationSource: String
    public var tags: [String: String]?

    public init(
        domainNameAccessAssociationArn: String, domainNameArn: String, accessAssociationSourceType: String,
        accessAssociationSource: String
    ) {
        self.domainNameAccessAssociationArn = domainNameAccessAssociationArn
        self.domainNameArn = domainNameArn
        self.accessAssociationSourceType = accessAssociationSourceType
        self.accessAssociationSource = accessAssociationSource
    }
}
