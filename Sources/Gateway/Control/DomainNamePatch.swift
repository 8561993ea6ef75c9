import ControlAPI

/// The steps of an `UpdateDomainName` call.
enum DomainNamePatch {
    private static let paths = [
        "/certificateName", "/certificateArn", "/regionalCertificateName", "/regionalCertificateArn",
        "/securityPolicy", "/endpointAccessMode", "/endpointConfiguration/types/{type}",
        "/endpointConfiguration/ipAddressType", "/mutualTlsAuthentication/truststoreUri",
        "/mutualTlsAuthentication/truststoreVersion", "/ownershipVerificationCertificateArn", "/policy",
        "/managementPolicy", "/routingMode",
    ]

    static func apply(_ step: Patch.Step, to domain: inout DomainName) throws {
        let parts = step.parts
        guard step.op == "replace" else { throw Patch.onlyOps(["replace"]) }
        switch (parts[0], parts.count) {
        case ("certificateName", 1): domain.certificateName = step.nonEmptyValue
        case ("certificateArn", 1): domain.certificateArn = step.nonEmptyValue
        case ("regionalCertificateName", 1): domain.regionalCertificateName = step.nonEmptyValue
        case ("regionalCertificateArn", 1): domain.regionalCertificateArn = step.nonEmptyValue
        case ("securityPolicy", 1): domain.securityPolicy = step.nonEmptyValue
        case ("endpointAccessMode", 1): domain.endpointAccessMode = step.nonEmptyValue
        case ("ownershipVerificationCertificateArn", 1): domain.ownershipVerificationCertificateArn = step.nonEmptyValue
        case ("policy", 1): domain.policy = step.nonEmptyValue
        case ("managementPolicy", 1): domain.managementPolicy = step.nonEmptyValue
        case ("routingMode", 1): domain.routingMode = step.nonEmptyValue
        case ("endpointConfiguration", _): try patchEndpoint(step, parts: parts, &domain)
        case ("mutualTlsAuthentication", 2): try patchTruststore(step, member: parts[1], &domain)
        default: throw Patch.invalidPath(step, oneOf: paths)
        }
    }

    /// A private domain name stays private, and no other becomes it.
    private static func patchEndpoint(_ step: Patch.Step, parts: [String], _ domain: inout DomainName) throws {
        let current = domain.endpointConfiguration?.types?.first ?? "EDGE"
        switch (parts.dropFirst().first, parts.count) {
        case ("types", 3) where parts[2] == "0" || parts[2] == current:
            let type = step.value ?? ""
            guard (type == "PRIVATE") == (current == "PRIVATE") else {
                throw ApiError.badRequest("Cannot update endpoint from \(current) to \(type)")
            }
            domain.endpointConfiguration?.types = [type]
        case ("ipAddressType", 2):
            domain.endpointConfiguration?.ipAddressType = step.nonEmptyValue
        default:
            throw Patch.invalidPath(step, oneOf: paths)
        }
    }

    private static func patchTruststore(_ step: Patch.Step, member: String, _ domain: inout DomainName) throws {
        var authentication = domain.mutualTlsAuthentication ?? MutualTlsAuthentication()
        switch member {
        case "truststoreUri": authentication.truststoreUri = step.nonEmptyValue
        case "truststoreVersion": authentication.truststoreVersion = step.nonEmptyValue
        default: throw Patch.invalidPath(step, oneOf: paths)
        }
        domain.mutualTlsAuthentication = authentication
    }
}
