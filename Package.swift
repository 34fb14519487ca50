// swift-tools-version: 6.2
import PackageDescription

// No dependencies: a police force can audit every line that it runs, and the build works offline.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),  // data races are errors
    .treatAllWarnings(as: .error),
]

// The engine's shared state lives in flat memory with one writer, never in class `var`s on the way of
// a read, so run-time exclusivity checks there would test what the design already excludes; compile-time
// exclusivity stays on. (`-Ounchecked` is not used: bounds and overflow traps stay.)
let coreSettings =
    settings + [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

let package = Package(
    name: "anprd",
    products: [.executable(name: "anprd", targets: ["anprd"])],
    targets: [
        .target(name: "CLinux"),
        .target(name: "ANPRCore", dependencies: ["CLinux"], swiftSettings: coreSettings),
        .target(name: "PluginKit", dependencies: ["ANPRCore", "CLinux"], swiftSettings: settings),
        .target(
            name: "CBE", dependencies: ["ANPRCore", "PluginKit"], path: "Sources/Plugins/CBE", swiftSettings: settings),
        .target(
            name: "PSC", dependencies: ["ANPRCore", "PluginKit"], path: "Sources/Plugins/PSC", swiftSettings: settings),
        .target(
            name: "PacOs", dependencies: ["ANPRCore", "PluginKit"], path: "Sources/Plugins/PacOs",
            swiftSettings: settings),
        .target(
            name: "BNG", dependencies: ["ANPRCore", "PluginKit"], path: "Sources/Plugins/BNG", swiftSettings: settings),
        .target(
            name: "SaRA", dependencies: ["ANPRCore", "PluginKit"], path: "Sources/Plugins/SaRA",
            swiftSettings: settings),
        .target(
            name: "Tally", dependencies: ["ANPRCore", "PluginKit"], path: "Sources/Plugins/Tally",
            swiftSettings: settings),
        .executableTarget(
            name: "anprd", dependencies: ["ANPRCore", "PluginKit", "CBE", "PSC", "PacOs", "BNG", "SaRA", "Tally"],
            swiftSettings: settings),
        .executableTarget(
            name: "anprbench",
            dependencies: [
                "ANPRCore", "PluginKit", "CBE", "PSC", "PacOs", "BNG", "SaRA", "AllocationCounter", "CLinux",
            ],
            path: "Benchmarks", exclude: ["compare", "results"], swiftSettings: settings),
        .executableTarget(
            name: "anprfuzz", dependencies: ["ANPRCore"], path: "Tests/Fuzz", swiftSettings: settings),
        .executableTarget(
            name: "anprsim", dependencies: ["ANPRCore"], path: "Tests/Simulation", swiftSettings: settings),
        .testTarget(name: "ANPRCoreTests", dependencies: ["ANPRCore"], swiftSettings: settings),
        .testTarget(name: "CommandLineTests", dependencies: ["anprd"], swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "BudgetTests", dependencies: ["ANPRCore", "AllocationCounter"], swiftSettings: settings),
        .testTarget(
            name: "PluginTests",
            dependencies: ["ANPRCore", "PluginKit", "CBE", "PSC", "PacOs", "BNG", "SaRA", "Tally"],
            swiftSettings: settings),
    ]
)
