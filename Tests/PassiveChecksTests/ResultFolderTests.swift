import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// The folder of check results without a Nagios that empties it.
@Suite("a folder of check results", .scratch)
struct ResultFolderTests {
  private var folder: String { "\(ScratchDirectory.path)/results" }

  private func submit(_ results: [PassiveResult]) async throws -> [Delivery] {
    let files = try CheckResultFiles(target("[spool]\ntype = checkresults\npath = \(folder)"))
    let world = Transcript([]).world()
    return await files.submit(results, using: world, patience: .long)
  }

  @Test("gets one file with everything that Nagios wants to know, and its mark")
  func content() async throws {
    try makeFolder(folder)
    let results = [PassiveResult.sample(), .large(service: "all", sections: 2)]
    #expect(try await submit(results) == [.delivered, .delivered])
    let files = names(folder)
    #expect(files.count == 2 && files[0].utf8.count == 7 && files[0].hasPrefix("c"))
    #expect(files[1] == "\(files[0]).ok")
    #expect(try text("\(folder)/\(files[1])") == "")
    #expect(
      try text("\(folder)/\(files[0])") == #"""
        ### passive results of TISBackup
        file_time=1700000000

        host_name=web1
        service_description=backup-web1
        check_type=1
        check_options=0
        scheduled_check=0
        reschedule_check=0
        latency=0
        start_time=1795457454.0
        finish_time=1795457454.0
        early_timeout=0
        exited_ok=1
        return_code=0
        output=TISBACKUP OK - web1: last OK 22h ago | 'web1_age'=79200s

        host_name=web1
        service_description=all
        check_type=1
        check_options=0
        scheduled_check=0
        reschedule_check=0
        latency=0
        start_time=1795457454.0
        finish_time=1795457454.0
        early_timeout=0
        exited_ok=1
        return_code=2
        output=TISBACKUP CRITICAL - 2 of 2 sections: s0 last OK 40h ago, s1 last OK 40h ago | 'late'=3 's0 age'=0s;;;0 's1 age'=3600s;;;0\n/_ [CRITICAL] s0 - last OK 40h ago; limit 30h\n/_ [CRITICAL] s1 - last OK 40h ago; limit 30h


        """#)
  }

  @Test("is not flooded: a hundred results are a file")
  func batches() async throws {
    try makeFolder(folder)
    let results = (0..<201).map { PassiveResult.sample(service: "s\($0)") }
    #expect(try await submit(results) == Array(repeating: .delivered, count: 201))
    let files = names(folder).filter { !$0.hasSuffix(".ok") }
    let counts = try files.map {
      try text("\(folder)/\($0)").components(separatedBy: "host_name=").count - 1
    }
    #expect(counts.sorted() == [1, 100, 100])
    #expect(names(folder).count == 6)
    #expect(try await submit([]) == [])
  }

  @Test("that is not there, or no folder, is not made")
  func missing() async throws {
    expectKept(
      try await submit([.sample(), .sample()]), count: 2,
      "[spool] takes no check results: '\(folder)' is not there;", "check_result_path")
    #expect(!exists(folder))
    try write("mine\n", to: folder)
    expectKept(try await submit([.sample()]), count: 1, "is not a folder", "check_result_path")
    #expect(try text(folder) == "mine\n")
  }

  @Test("that this user may not write", arguments: [0o000, 0o555] as [mode_t])
  func forbidden(_ mode: mode_t) async throws {
    try makeFolder(folder)
    #expect(chmod(folder, mode) == 0)
    defer { chmod(folder, 0o755) }
    let files = try CheckResultFiles(target("[spool]\ntype = checkresults\npath = \(folder)"))
    let deliveries = await asUser { files.write([.sample(), .sample()], .current()) }
    expectKept(deliveries, count: 2, "Permission denied", "the user of Nagios")
  }

  @Test("that this user may write but not list is written")
  func unlisted() async throws {
    try makeFolder(folder)
    #expect(chmod(folder, 0o333) == 0)
    let files = try CheckResultFiles(target("[spool]\ntype = checkresults\npath = \(folder)"))
    #expect(await asUser { files.write([.sample()], .current()) } == [.delivered])
    #expect(chmod(folder, 0o755) == 0)
    #expect(names(folder).count == 2)
  }

  @Test("on a full disk keeps all, and leaves no half file")
  func full() async throws {
    let large = Array(repeating: PassiveResult.large(sections: 400), count: 3)
    let (deliveries, left, mixed, files) = try await SmallDisk.mounted(folder, kilobytes: 64) { _ in
      let deliveries = try await submit(large)
      let left = names(folder)
      // There is room for the first of two files.
      let mixed = try await submit((0..<100).map { _ in .sample() } + large)
      return (deliveries, left, mixed, names(folder))
    }
    expectKept(deliveries, count: 3, "No space left on device", "Free space or inodes")
    #expect(left == [])
    #expect(mixed.prefix(100).allSatisfy { $0 == .delivered })
    expectKept(Array(mixed.dropFirst(100)), count: 3, "No space left on device")
    #expect(files.count == 2 && files[1] == "\(files[0]).ok")
  }
}
