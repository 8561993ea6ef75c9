import ControlAPI
import JSON

/// What AWS asks of a domain name, and what it fills in.
enum DomainNameRules {
    static let endpointTypes = ["REGIONAL", "EDGE", "PRIVATE"]
    static let ipAddressTypes = ["ipv4", "dualstack"]
    static let securityPolicies = [
        "TLS_1_0", "TLS_1_2", "SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
        "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
        "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_PQ_2025_09",
        "SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS13_2025_EDGE", "SecurityPolicy_TLS12_PFS_2025_EDGE",
        "SecurityPolicy_TLS12_2018_EDGE",
    ]
    static let accessModes = ["BASIC", "STRICT"]
    static let routingModes = [
        "BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING",
    ]

    /// The model's enumerations.
    static func check(_ domain: DomainName, input: String, _ violations: inout Violations) {
        for type in domain.endpointConfiguration?.types ?? [] {
            violations.check(type, at: "\(input).endpointConfiguration.types", oneOf: endpointTypes)
        }
        violations.check(
            domain.endpointConfiguration?.ipAddressType, at: "\(input).endpointConfiguration.ipAddressType",
            oneOf: ipAddressTypes)
        violations.check(domain.securityPolicy, at: "\(input).securityPolicy", oneOf: securityPolicies)
        violations.check(domain.endpointAccessMode, at: "\(input).endpointAccessMode", oneOf: accessModes)
        violations.check(domain.routingMode, at: "\(input).routingMode", oneOf: routingModes)
    }

    /// Labels of letters, digits and hyphens; the first may be `*`. One label is enough, and capitals are let in: on a
    /// machine of one's own a name need not be one that a certificate authority would know.
    static func check(name: String) throws {
        guard !name.isEmpty else { throw ApiError.badRequest("No Domain Name specified") }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let rest = labels.first == "*" && labels.count > 1 ? labels.dropFirst() : labels[...]
        guard name.utf8.count <= 253, rest.allSatisfy(isLabel) else {
            throw ApiError.badRequest(
                "Invalid domain name specified: \(name). It must have labels of 1 to 63 letters, digits and "
                    + "hyphens; the first may be *")
        }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let bytes = Array(label.utf8)
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(bytes.count) && bytes.first != hyphen && bytes.last != hyphen
            && bytes.allSatisfy { byte in
                byte == hyphen || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }

    /// What has to hold after any change. AWS also asks for a certificate; here a name may do without, as clients reach
    /// it over plain HTTP.
    static func check(_ domain: DomainName) throws {
        let types = domain.endpointConfiguration?.types ?? []
        guard types.count == 1, let type = types.first else {
            throw ApiError.badRequest("A domain name must have exactly one endpoint type")
        }
        let arns = [
            domain.certificateArn, domain.regionalCertificateArn, domain.ownershipVerificationCertificateArn,
        ]
        for arn in arns.compactMap(\.self) {
            guard arn.hasPrefix("arn:"), arn.contains(":acm:") || arn.contains(":acm-pca:") || arn.contains(":iam:")
            else { throw ApiError.badRequest("Invalid certificate ARN specified: \(arn)") }
        }
        if let uri = domain.mutualTlsAuthentication?.truststoreUri, !uri.isEmpty {
            guard uri.hasPrefix("s3://"), uri.dropFirst(5).split(separator: "/", maxSplits: 1).count == 2 else {
                throw ApiError.badRequest("Invalid truststore URI specified: \(uri). It must be s3://{bucket}/{key}")
            }
            guard type == "REGIONAL" else {
                throw ApiError.badRequest("Mutual TLS is only supported for domain names with endpoint type REGIONAL")
            }
        }
        guard type == "PRIVATE" || (domain.policy == nil && domain.managementPolicy == nil) else {
            throw ApiError.badRequest("A policy is only supported for private domain names")
        }
        for policy in [domain.policy, domain.managementPolicy].compactMap(\.self) { try check(policy: policy) }
    }

    private static func check(policy: String) throws {
        guard policy.utf8.count <= RestApis.largestPolicy, let document = try? JSON(parsing: policy),
            case .object = document
        else {
            throw ApiError.badRequest(
                "Invalid policy document: it has to be a JSON object of at most \(RestApis.largestPolicy) characters")
        }
    }

    /// Fills in what AWS does, and drops what another endpoint type had.
    static func complete(_ domain: inout DomainName, region: String, account: String) {
        var endpoint = domain.endpointConfiguration ?? EndpointConfiguration()
        let type = endpoint.types?.first ?? "EDGE"
        endpoint.types = endpoint.types ?? [type]
        endpoint.ipAddressType = endpoint.ipAddressType ?? (type == "PRIVATE" ? "dualstack" : "ipv4")
        domain.endpointConfiguration = endpoint
        domain.domainNameStatus = domain.domainNameStatus ?? "AVAILABLE"
        domain.securityPolicy = domain.securityPolicy ?? "TLS_1_2"
        domain.routingMode = domain.routingMode ?? "BASE_PATH_MAPPING_ONLY"
        if domain.mutualTlsAuthentication?.truststoreUri?.isEmpty != false { domain.mutualTlsAuthentication = nil }
        let isEdge = type == "EDGE"
        let isRegional = type == "REGIONAL"
        let isPrivate = type == "PRIVATE"
        domain.distributionDomainName =
            isEdge ? domain.distributionDomainName ?? "d\(Ids.make(length: 13)).cloudfront.net" : nil
        domain.distributionHostedZoneId = isEdge ? "Z2FDTNDATAQYW2" : nil
        domain.regionalDomainName =
            isRegional
            ? domain.regionalDomainName ?? "d-\(Ids.make(length: 10)).execute-api.\(region).amazonaws.com" : nil
        domain.regionalHostedZoneId = isRegional ? hostedZones[region] : nil
        domain.domainNameId = isPrivate ? domain.domainNameId ?? Ids.make(length: 10) : nil
        let name = domain.domainName ?? ""
        domain.domainNameArn =
            domain.domainNameId.map { "arn:aws:apigateway:\(region):\(account):/domainnames/\(name)+\($0)" }
    }

    /// Route 53's zones of regional endpoints; of a region that is not here none is shown.
    private static let hostedZones = [
        "us-east-1": "Z1UJRXOUMOOFQ8", "us-east-2": "ZOJJZC49E0EPZ", "us-west-1": "Z2MUQ32089INYE",
        "us-west-2": "Z2OJLYMUO9EFXC", "ca-central-1": "Z19DQILCV0OWEC", "sa-east-1": "ZCMLWB8V5SYIT",
        "eu-west-1": "ZLY8HYME6SFDD", "eu-west-2": "ZJ5UAJN8Y3Z2Q", "eu-west-3": "Z3KY65QIEKYHQQ",
        "eu-central-1": "Z1U9ULNL0V5AJ3", "eu-north-1": "Z3UWIKFBOOGXPP", "ap-south-1": "Z3VO1THU9YC4UR",
        "ap-northeast-1": "Z1YSHQZHG15GKL", "ap-northeast-2": "Z20JF4UZKIW1U8", "ap-southeast-1": "ZL327KTPIQFUL",
        "ap-southeast-2": "Z2RPCDW04V8134",
    ]
}
