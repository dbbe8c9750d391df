// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // A newer compiler with newer warnings must not break a release build.
    .treatAllWarnings(as: .error, .when(configuration: .debug)),
    // Generic code of one module is specialised in another: a request passes through five of them.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "carrel",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "carrel", targets: ["carrel"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        // Row 0: C libraries, no logic.
        .systemLibrary(name: "CHiredis", path: "Sources/CHiredis"),
        .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL"),
        .systemLibrary(name: "CMarkdown", path: "Sources/CMarkdown"),
        .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
        .systemLibrary(name: "CLinux", path: "Sources/CLinux"),

        // Row 1: what several modules write and read as text, files, metrics.
        .target(name: "Encodings", swiftSettings: settings),
        .target(name: "Files", dependencies: ["CLinux"], swiftSettings: settings),
        .target(name: "Prometheus", dependencies: [coreMetrics], swiftSettings: settings),

        // Row 2: leaves that do not know each other.
        .target(name: "MCPCore", dependencies: ["Encodings"], swiftSettings: settings),
        .target(
            name: "Identity",
            dependencies: [
                "Encodings", "COpenSSL", logging, crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "JWTKit", package: "jwt-kit"),
                nioCore,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "NoteFormat",
            dependencies: ["Encodings", "CMarkdown", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings
        ),
        .target(
            name: "Redis",
            dependencies: [
                "Encodings", "CHiredis", logging, metrics, crypto, serviceLifecycle,
                nioCore,
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),

        // Row 3: what an MCP call is, and what all workers share.
        .target(name: "MCPServer", dependencies: ["Encodings", "MCPCore", logging], swiftSettings: settings),
        .target(
            name: "SharedState",
            dependencies: ["Encodings", "Files", "Redis", "Identity", logging, metrics, crypto, serviceLifecycle],
            resources: [
                "clock", "Actions/count-action", "Admission/admit", "Admission/admit-session",
                "Admission/admit-user", "Admission/limits", "Admission/sequence", "Grants/open-grant",
                "Grants/redeem-code",
                "Grants/rotate-grant", "Revocation/revoke", "Revocation/revoke-all", "Revocation/revoked-until",
                "Sessions/create-session", "Sessions/end-session", "Sessions/list-session", "Sessions/sessions",
                "Vaults/acquire-lease", "Vaults/publish-changes", "Vaults/release-lease", "Vaults/renew-lease",
                "Vaults/restore-sequence", "Vaults/vault-changes", "Workers/beat-worker",
            ].map { .embedInCode("\($0).lua") },
            swiftSettings: settings
        ),
        .target(
            name: "Vault",
            dependencies: [
                "Encodings", "NoteFormat", "Files", "CLinux", "CSQLite", logging, metrics, crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),

        // Row 4: how a request comes in, and what a vault offers to MCP.
        .target(
            name: "NoteTools",
            dependencies: ["Encodings", "MCPCore", "MCPServer", "NoteFormat", "Vault", logging],
            swiftSettings: settings
        ),
        .target(
            name: "Accounts",
            dependencies: ["Encodings", "SharedState", "Identity", "Vault"],
            swiftSettings: settings
        ),
        .target(
            name: "HTTPServer",
            dependencies: [
                "Encodings", "SharedState", "Identity", "CLinux", logging, metrics, serviceLifecycle, hummingbird,
                httpTypes, nioCore,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            swiftSettings: settings
        ),

        // Row 5: routes, by what they serve.
        .target(
            name: "StreamableHTTP",
            dependencies: [
                "Encodings", "HTTPServer", "Identity", "MCPCore", "MCPServer", "SharedState", logging, metrics,
                hummingbird, httpTypes, nioCore,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "API",
            dependencies: [
                "Accounts", "Encodings", "HTTPServer", "Identity", "SharedState", "Vault", logging, hummingbird,
                httpTypes, nioCore,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SignIn",
            dependencies: [
                "Accounts", "Encodings", "HTTPServer", "Identity", "SharedState", "Vault", logging, hummingbird,
                httpTypes,
                .product(name: "Mustache", package: "swift-mustache"),
                nioCore,
            ],
            resources: [.embedInCode("Pages/Templates")],
            swiftSettings: settings
        ),

        // Row 7: the program.
        .executableTarget(
            name: "carrel",
            dependencies: [
                "Encodings", "Files", "Accounts", "API", "HTTPServer", "SignIn", "StreamableHTTP", "NoteTools",
                "MCPServer", "MCPCore", "CLinux",
                "SharedState", "Identity", "Vault", "Redis", "Prometheus", logging, metrics, serviceLifecycle,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        // Tests: one suite a module, and what they share.
        .target(
            name: "TestSupport",
            dependencies: ["Redis", logging],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(name: "EncodingsTests", dependencies: ["Encodings", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "MCPCoreTests", dependencies: ["MCPCore", "Encodings"], swiftSettings: settings),
        .testTarget(
            name: "IdentityTests",
            dependencies: ["Identity", "Encodings", "TestSupport", .product(name: "JWTKit", package: "jwt-kit")],
            swiftSettings: settings
        ),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: settings),
        .testTarget(
            name: "NoteFormatTests",
            dependencies: ["NoteFormat", "Encodings", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "VaultTests",
            dependencies: [
                "Vault", "NoteFormat", "Files", "Encodings", "TestSupport", logging,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisTests",
            dependencies: [
                "Redis", "CHiredis", "TestSupport", logging, serviceLifecycle,
                nioCore,
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrometheusTests",
            dependencies: ["Prometheus", metrics, coreMetrics],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MCPServerTests",
            dependencies: ["MCPServer", "MCPCore", "Encodings", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SharedStateTests",
            dependencies: ["SharedState", "Identity", "Redis", "TestSupport", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NoteToolsTests",
            dependencies: ["NoteTools", "MCPServer", "MCPCore", "Encodings", "Vault", logging],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AccountsTests",
            dependencies: ["Accounts", "SharedState", "Identity", "Vault", "Redis", "TestSupport", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StreamableHTTPTests",
            dependencies: [
                "Encodings", "HTTPServer", "MCPCore", "MCPServer", "StreamableHTTP", logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                nioCore,
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "SignInTests", dependencies: ["SignIn"], swiftSettings: settings),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "HTTPServer", "SharedState", logging, serviceLifecycle, hummingbird, httpTypes,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                nioCore,
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "carrelTests",
            dependencies: [
                "carrel", "Accounts", "API", "Encodings", "Files", "HTTPServer", "Identity", "MCPCore", "MCPServer",
                "NoteTools", "Redis", "SharedState", "SignIn", "StreamableHTTP", "TestSupport", "Vault", logging,
                crypto, hummingbird, httpTypes, "CLinux",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                nioCore, .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),

        // The ceiling that the benchmark compares with: a route of the same framework that does nothing.
        .executableTarget(
            name: "BareRoute",
            dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            path: "Benchmarks/BareRoute",
            swiftSettings: settings
        ),
        // Admission alone, to be compared with what Redis can do.
        .executableTarget(
            name: "AdmissionBench",
            dependencies: ["SharedState", "Redis", "Identity", logging],
            path: "Benchmarks/Admissions",
            swiftSettings: settings
        ),
    ]
)
