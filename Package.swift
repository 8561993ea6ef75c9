// swift-tools-version: 6.2
import PackageDescription

var settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
if Context.environment["CI"] == "true" {
    settings.append(.treatAllWarnings(as: .error))
}

let package = Package(
    name: "sluice",
    products: [
        .executable(name: "sluice", targets: ["sluice"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // Terminal side.
        .systemLibrary(name: "CNcurses"),
        .target(
            name: "Terminal",
            dependencies: ["CNcurses", .product(name: "TOMLKit", package: "TOMLKit")],
            // A link to the themes at the top, so that the binary carries them.
            resources: [.embedInCode("EmbeddedThemes")],
            swiftSettings: settings
        ),

        // Languages and wire formats, each usable alone.
        .target(name: "JSON", swiftSettings: settings),
        .target(name: "VTL", dependencies: ["JSON"], swiftSettings: settings),
        .target(
            name: "SigV4",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),

        // What the console and the engine both know: the control plane's models, events and client.
        .target(
            name: "ControlAPI",
            dependencies: [
                "JSON", "SigV4",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),

        .target(
            name: "OpenAPI",
            dependencies: ["JSON", "ControlAPI", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings
        ),

        // The engine.
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CProcess"),
        .target(
            name: "Lambda",
            dependencies: [
                "CProcess", "CZlib", "JSON", "ControlAPI",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            // The Runtime API's clients for Python and Node, so that the binary carries them.
            resources: [.embedInCode("Bootstraps")],
            swiftSettings: settings
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "CZlib", "JSON", "VTL", "SigV4", "ControlAPI", "OpenAPI", "Lambda",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),

        // The console.
        .target(
            name: "Console",
            dependencies: ["Terminal", "ControlAPI", "JSON", .product(name: "TOMLKit", package: "TOMLKit")],
            swiftSettings: settings
        ),

        .executableTarget(
            name: "sluice",
            dependencies: [
                "Gateway", "Console", "ControlAPI", "JSON", "OpenAPI", "SigV4", "Terminal",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),

        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
        .testTarget(name: "VTLTests", dependencies: ["VTL", "JSON"], swiftSettings: settings),
        .testTarget(name: "SigV4Tests", dependencies: ["SigV4"], swiftSettings: settings),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "CNcurses"], swiftSettings: settings),
        .testTarget(
            name: "ControlAPITests",
            dependencies: [
                "ControlAPI", "JSON",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "OpenAPITests", dependencies: ["OpenAPI", "ControlAPI", "JSON"], swiftSettings: settings),
        .testTarget(
            name: "LambdaTests",
            dependencies: [
                "Lambda", "ControlAPI", "JSON",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "ControlAPI", "JSON", "Lambda", "OpenAPI", "SigV4",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsoleTests", dependencies: ["Console", "Terminal", "ControlAPI"], swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "sluice", "ControlAPI", "JSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Scripts"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
