// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// One row for each target: its floor, and the targets of ours below it that it may import.
// `Tests/PackageTests` compares this with the table of floors in CONTRIBUTING.md.
let package = Package(
    name: "swarm",
    products: [.executable(name: "swarm", targets: ["swarm"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    ],
    targets: [
        // Floor 0
        .target(name: "CSHA"),
        .target(name: "Bencode", swiftSettings: strict),
        .target(name: "Commands", swiftSettings: strict),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Floor 1
        .target(name: "Metainfo", dependencies: ["Bencode", crypto], swiftSettings: strict),
        // Floor 2
        .target(name: "PeerWire", dependencies: ["Bencode", "Metainfo", nioCore], swiftSettings: strict),
        .target(name: "TrackerWire", dependencies: ["Bencode", "Metainfo", nioCore], swiftSettings: strict),
        .target(name: "Storage", dependencies: ["Metainfo", "CSHA", crypto, nioCore], swiftSettings: strict),
        .target(
            name: "RPC",
            dependencies: ["Commands", "CLibXML2", nioCore, nioPosix, hummingbirdCore, httpTypes, lifecycle, log],
            swiftSettings: strict),
        // Floor 3
        .target(
            name: "SwarmCore",
            dependencies: ["PeerWire", "Metainfo", "Storage", nioCore, nioPosix, deque],
            swiftSettings: strict),
        .target(
            name: "Discovery",
            dependencies: ["TrackerWire", "Bencode", "Metainfo", nioCore, nioPosix, nioHTTP1, httpClient, log],
            swiftSettings: strict),
        .target(
            name: "TrackerServer",
            dependencies: [
                "TrackerWire", "Metainfo", "Bencode", nioCore, nioPosix, nioSSL, crypto, hummingbird, httpTypes, log,
            ],
            swiftSettings: strict),
        // Floor 4
        .target(
            name: "Engine",
            dependencies: [
                "SwarmCore", "Discovery", "Storage", "Metainfo", "PeerWire", nioCore, nioPosix, log,
            ],
            swiftSettings: strict),
        // Floor 5
        .target(
            name: "Control",
            dependencies: [
                "Commands", "RPC", "Engine", "SwarmCore", "Discovery", "Storage", "Metainfo", "Bencode", "CZlib",
                nioCore, nioPosix, nioHTTP1, httpClient, log,
            ],
            swiftSettings: strict),
        // Floor 6
        .executableTarget(
            name: "swarm",
            dependencies: [
                "Control", "Commands", "RPC", "Engine", "SwarmCore", "Discovery", "Storage", "Metainfo",
                "TrackerServer", arguments, httpClient, nioCore, nioPosix, nioHTTP1, log,
            ],
            swiftSettings: strict),
        // Tests
        .target(
            name: "TestKit", dependencies: ["Bencode", "Metainfo", crypto, nioCore, nioPosix], path: "Tests/TestKit",
            swiftSettings: strict),
        .testTarget(name: "BencodeTests", dependencies: ["Bencode", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "CommandsTests", dependencies: ["Commands", "TestKit"], exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "MetainfoTests", dependencies: ["Metainfo", "Bencode", "TestKit", crypto], swiftSettings: strict),
        .testTarget(
            name: "PeerWireTests", dependencies: ["PeerWire", "Metainfo", "TestKit", nioCore], swiftSettings: strict),
        .testTarget(
            name: "TrackerWireTests", dependencies: ["TrackerWire", "Metainfo", "Bencode", "TestKit", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "StorageTests", dependencies: ["Storage", "Metainfo", "CSHA", "TestKit", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "RPCTests", dependencies: ["RPC", "Commands", "TestKit", nioCore, nioPosix, log],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SwarmCoreTests",
            dependencies: ["SwarmCore", "PeerWire", "Storage", "Metainfo", "TestKit", nioCore, nioEmbedded, nioPosix],
            swiftSettings: strict),
        .testTarget(
            name: "DiscoveryTests",
            dependencies: ["Discovery", "TrackerWire", "Metainfo", "TestKit", nioCore, nioPosix, nioEmbedded],
            swiftSettings: strict),
        .testTarget(
            name: "TrackerServerTests",
            dependencies: [
                "TrackerServer", "TrackerWire", "Metainfo", "Bencode", "TestKit", crypto, nioCore, nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "SwarmCore", "PeerWire", "TrackerServer", "Storage", "Metainfo", "TestKit", nioCore, nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "Control", "Commands", "RPC", "Engine", "TrackerServer", "SwarmCore", "Storage", "Metainfo", "Bencode",
                "TestKit", nioCore, nioPosix, log,
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "swarm", "Control", "Commands", "RPC", "TestKit", "Bencode", "Metainfo", arguments, nioCore, nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "Interop", dependencies: ["TestKit", "Metainfo"], exclude: ["Clients/libtorrent_client.py"],
            swiftSettings: strict),
        .testTarget(name: "PackageTests", dependencies: ["TestKit"], swiftSettings: strict),
    ]
)
