// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// The tools that run backups and look after them; `check_tisbackup` stays apart, and small.
let tools = ["run", "cleanup", "export", "register", "verify", "status", "submit"].map {
  "tisbackup-\($0)"
}
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

let package = Package(
  name: "tisbackup",
  products: (["check_tisbackup", "tisbackup-gui"] + tools).map {
    .executable(name: $0, targets: [$0])
  },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
    .target(name: "Monitoring"),
    .target(name: "TISBackupCore", dependencies: ["CLinux", "CSQLite"]),
    .target(name: "BackupChecks", dependencies: ["CLinux", "Monitoring", "TISBackupCore"]),
    .target(name: "OutsideWorld", dependencies: ["CLinux", "TISBackupCore", subprocess]),
    .target(
      name: "BackupProofs",
      dependencies: [
        "CCrypto", "CExpat", "CXXHash", "CZlib", "CZstd", "OutsideWorld", "TISBackupCore",
      ]),
    .target(
      name: "PassiveChecks",
      dependencies: [
        "CZlib", "Monitoring", "TISBackupCore", "OutsideWorld", "BackupChecks",
      ]),
    .target(
      name: "BackupDrivers",
      dependencies: ["CCrypto", "CLinux", "OutsideWorld", "BackupProofs", "TISBackupCore"]),
    .target(
      name: "BackupJobs",
      dependencies: [
        "CLinux", "Monitoring", "TISBackupCore", "OutsideWorld", "BackupChecks", "BackupDrivers",
        "BackupProofs",
      ]),
    .target(
      name: "BackupTools",
      dependencies: [
        "Monitoring", "TISBackupCore", "OutsideWorld", "BackupChecks", "BackupJobs",
        "PassiveChecks", argumentParser,
      ]),
    .target(
      name: "Dashboard",
      dependencies: [
        "CCrypt", "Monitoring", "TISBackupCore", "OutsideWorld", "BackupChecks", "BackupJobs",
        hummingbird, mustache,
      ]),
    .executableTarget(
      name: "tisbackup-gui",
      dependencies: [
        "Dashboard", "Monitoring", "TISBackupCore", "OutsideWorld", "BackupTools", argumentParser,
      ]),
    .executableTarget(
      name: "check_tisbackup",
      dependencies: ["Monitoring", "TISBackupCore", "BackupChecks", argumentParser]),
    .target(
      name: "TISBackupTestSupport",
      dependencies: ["Monitoring", "TISBackupCore", "OutsideWorld", "CSQLite", subprocess],
      exclude: ["Browser", "SQLServer", "XAPI"]),
    .testTarget(name: "MonitoringTests", dependencies: ["Monitoring", "TISBackupTestSupport"]),
    .testTarget(
      name: "TISBackupCoreTests", dependencies: ["TISBackupCore", "TISBackupTestSupport"]),
    .testTarget(
      name: "BackupChecksTests",
      dependencies: ["BackupChecks", "Monitoring", "TISBackupCore", "TISBackupTestSupport"]),
    .testTarget(
      name: "PassiveChecksTests",
      dependencies: [
        "PassiveChecks", "BackupChecks", "Monitoring", "OutsideWorld", "TISBackupCore",
        "TISBackupTestSupport",
      ]),
    .testTarget(
      name: "OutsideWorldTests",
      dependencies: ["OutsideWorld", "TISBackupCore", "TISBackupTestSupport"]),
    .testTarget(
      name: "BackupProofsTests",
      dependencies: ["BackupProofs", "OutsideWorld", "TISBackupCore", "TISBackupTestSupport"]),
    .testTarget(
      name: "BackupDriversTests",
      dependencies: [
        "BackupDrivers", "BackupProofs", "OutsideWorld", "TISBackupCore", "TISBackupTestSupport",
      ],
      exclude: ["OfficialClient", "Switches"]),
    .testTarget(
      name: "BackupJobsTests",
      dependencies: [
        "BackupJobs", "BackupDrivers", "BackupProofs", "BackupChecks", "Monitoring",
        "OutsideWorld", "TISBackupCore", "TISBackupTestSupport",
      ]),
    .testTarget(
      name: "DashboardTests",
      dependencies: [
        "Dashboard", "BackupChecks", "Monitoring", "OutsideWorld", "TISBackupCore",
        "TISBackupTestSupport", hummingbird,
      ]),
    .testTarget(
      name: "ToolTests",
      dependencies: [
        "TISBackupCore", "TISBackupTestSupport", "BackupChecks", "BackupDrivers", "BackupTools",
        "OutsideWorld", "check_tisbackup", "tisbackup-gui",
      ]
        + tools.map { .target(name: $0) },
      exclude: ["Golden"]),
  ]
    + tools.map { name in
      .executableTarget(
        name: name,
        dependencies: [
          "Monitoring", "TISBackupCore", "OutsideWorld", "BackupDrivers", "BackupJobs",
          "PassiveChecks", "BackupTools", argumentParser,
        ])
    })

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
