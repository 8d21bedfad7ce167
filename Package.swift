// swift-tools-version: 6.2
// nvit: an architecture-search explorer for vision transformers.
// Copyright (C) 2026 the nvit authors. Licensed under GPL-3.0-or-later.

import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "nvit",
  products: [
    .executable(name: "nvit", targets: ["nvit"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // System libraries. None names a pkg-config file: GSL's links `gslcblas`, whose symbols clash with OpenBLAS.
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CViTKernels"),

    .target(name: "ViTNumerics", dependencies: ["CGSL"]),
    .target(name: "ViTFiles", dependencies: ["CZlib"]),
    .target(name: "ViTArchitecture", dependencies: ["ViTFiles", "ViTNumerics", yams]),
    .target(name: "ViTData", dependencies: ["ViTArchitecture", "ViTFiles", "ViTNumerics"]),
    .target(name: "ViTKernels", dependencies: ["CViTKernels", "COpenBLAS"]),
    .target(
      name: "ViTTraining",
      dependencies: ["ViTKernels", "ViTArchitecture", "ViTData", "ViTFiles", "ViTNumerics"]),
    .target(
      name: "ViTMeasuring",
      dependencies: ["ViTTraining", "ViTKernels", "ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics"]),
    .target(name: "ViTLatency", dependencies: ["ViTArchitecture", "ViTFiles", "ViTNumerics"]),
    .target(name: "ViTSearch", dependencies: ["ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics"]),
    .target(
      name: "ViTPruning",
      dependencies: [
        "ViTTraining", "ViTKernels", "ViTLatency", "ViTData", "ViTArchitecture", "ViTFiles", "ViTNumerics",
      ]),
    .target(name: "ViTRegularities", dependencies: ["ViTArchitecture", "ViTFiles", "ViTNumerics"]),
    .target(
      name: "ViTStorage", dependencies: ["ViTSearch", "ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics", grdb]),
    // The page's script and style become code: a binary that is moved has to find them.
    .target(
      name: "ViTReport",
      dependencies: [
        "ViTStorage", "ViTPruning", "ViTRegularities", "ViTSearch", "ViTLatency", "ViTArchitecture", "ViTFiles",
        "ViTNumerics",
      ],
      resources: [.embedInCode("Resources/report.js"), .embedInCode("Resources/report.css")]),
    .target(
      name: "ViTRuns",
      dependencies: [
        "ViTReport", "ViTStorage", "ViTPruning", "ViTRegularities", "ViTSearch", "ViTMeasuring", "ViTLatency",
        "ViTTraining", "ViTData", "ViTKernels", "ViTArchitecture", "ViTFiles", "ViTNumerics",
      ]),
    .target(
      name: "ViTBenchmarks",
      dependencies: [
        "ViTSearch", "ViTTraining", "ViTLatency", "ViTArchitecture", "ViTKernels", "ViTNumerics", "ViTFiles",
      ]),
    .executableTarget(
      name: "nvit",
      dependencies: [
        "ViTRuns", "ViTBenchmarks", "ViTReport", "ViTStorage", "ViTPruning", "ViTRegularities", "ViTSearch",
        "ViTLatency",
        "ViTTraining", "ViTData", "ViTKernels", "ViTArchitecture", "ViTFiles", "ViTNumerics", argumentParser,
      ]),

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(
      name: "SearchTestSupport",
      dependencies: ["ViTSearch", "ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics"],
      path: "Tests/SearchTestSupport"),
    .target(
      name: "LatencyTestSupport", dependencies: ["ViTLatency", "ViTArchitecture", "ViTNumerics"],
      path: "Tests/LatencyTestSupport"),
    .target(
      name: "RunTestSupport",
      dependencies: [
        "ViTRuns", "ViTPruning", "ViTTraining", "ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics",
        "TestSupport",
      ], path: "Tests/RunTestSupport"),
    .target(
      name: "TrainingTestSupport",
      dependencies: ["ViTTraining", "ViTData", "ViTKernels", "ViTArchitecture", "ViTNumerics"],
      path: "Tests/TrainingTestSupport"),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .target(
      name: "FuzzedReaders",
      dependencies: [
        "ViTRuns", "ViTReport", "ViTStorage", "ViTPruning", "ViTRegularities", "ViTSearch", "ViTLatency", "ViTTraining",
        "ViTData", "ViTArchitecture", "ViTFiles", "ViTNumerics", "TestSupport",
      ], path: "Tests/FuzzedReaders"),
    .target(name: "CHeapUsage", path: "Tests/CHeapUsage"),
    // `make soak`: all kinds of runs in one process, for an hour.
    .executableTarget(
      name: "soak",
      dependencies: [
        "ViTRuns", "ViTReport", "ViTStorage", "ViTSearch", "ViTFiles", "ViTNumerics", "TestSupport", "RunTestSupport",
        "CHeapUsage",
        argumentParser,
      ], path: "Tests/soak"),
    .testTarget(
      name: "ViTBenchmarksTests",
      dependencies: ["ViTBenchmarks", "ViTArchitecture", "ViTKernels", "ViTFiles", "TestSupport"]),
    .testTarget(name: "ViTNumericsTests", dependencies: ["ViTNumerics"]),
    .testTarget(name: "ViTFilesTests", dependencies: ["ViTFiles", "TestSupport"]),
    .testTarget(
      name: "ViTArchitectureTests", dependencies: ["ViTArchitecture", "ViTFiles", "ViTNumerics", "TestSupport"]),
    .testTarget(
      name: "ViTDataTests", dependencies: ["ViTData", "ViTArchitecture", "ViTFiles", "TestSupport"]),
    .testTarget(name: "ViTKernelsTests", dependencies: ["ViTKernels", "ViTNumerics"]),
    .testTarget(
      name: "ViTTrainingTests",
      dependencies: [
        "ViTTraining", "ViTKernels", "ViTArchitecture", "ViTData", "ViTFiles", "ViTNumerics", "TestSupport",
        "TrainingTestSupport", "CAllocationCounter",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ViTLatencyTests",
      dependencies: ["ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics", "TestSupport", "LatencyTestSupport"]),
    .testTarget(
      name: "ViTMeasuringTests",
      dependencies: ["ViTMeasuring", "ViTLatency", "ViTArchitecture", "ViTNumerics", "LatencyTestSupport"]),
    .testTarget(
      name: "ViTSearchTests",
      dependencies: [
        "ViTSearch", "ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics", "TestSupport", "SearchTestSupport",
        "LatencyTestSupport", "CAllocationCounter",
      ]),
    .testTarget(
      name: "ViTPruningTests",
      dependencies: [
        "ViTPruning", "ViTTraining", "ViTKernels", "ViTLatency", "ViTData", "ViTArchitecture", "ViTFiles",
        "ViTNumerics", "TestSupport", "TrainingTestSupport", "CAllocationCounter",
      ]),
    .testTarget(
      name: "ViTRegularitiesTests",
      dependencies: ["ViTRegularities", "ViTArchitecture", "ViTNumerics"]),
    .testTarget(
      name: "ViTStorageTests",
      dependencies: [
        "ViTStorage", "ViTSearch", "ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics", "TestSupport",
        "SearchTestSupport", grdb,
      ]),
    .testTarget(
      name: "ViTReportTests",
      dependencies: [
        "ViTReport", "ViTSearch", "ViTLatency", "ViTArchitecture", "ViTFiles", "ViTNumerics", "TestSupport",
        "SearchTestSupport",
      ]),
    .testTarget(
      name: "ViTRunsTests",
      dependencies: [
        "ViTRuns", "ViTReport", "ViTStorage", "ViTPruning", "ViTRegularities", "ViTSearch", "ViTLatency", "ViTTraining",
        "ViTArchitecture", "ViTFiles", "ViTMeasuring", "ViTNumerics", "TestSupport", "RunTestSupport",
        "SearchTestSupport",
      ]),
    .testTarget(name: "SoakTests", dependencies: ["soak"]),
    .testTarget(
      name: "FuzzedReadersTests", dependencies: ["FuzzedReaders"], resources: [.copy("Inputs")]),
    .testTarget(
      name: "nvitTests",
      dependencies: [
        "nvit", "ViTRuns", "ViTPruning", "ViTStorage", "ViTSearch", "ViTLatency", "ViTArchitecture", "ViTFiles",
        "ViTNumerics", "TestSupport", "RunTestSupport",
      ],
      resources: [.copy("Fixtures")]),
  ]
)

// `make fuzz` sets the variable: these targets need libFuzzer, and count the memory of the whole process.
if Context.environment["NVIT_FUZZ"] != nil {
  package.targets += [
    .target(name: "CPeakMemory", path: "Tests/CPeakMemory"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "FuzzedReaders", "ViTRuns", "ViTFiles", "TestSupport", "RunTestSupport",
        "CPeakMemory",
        grdb,
      ], path: "Tests/fuzz"),
  ]
}

// One set of language rules for every target of ours; warnings are errors.
for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
// Its `main` is libFuzzer's.
package.targets.first { $0.name == "fuzz" }?.swiftSettings?.append(.unsafeFlags(["-parse-as-library"]))
