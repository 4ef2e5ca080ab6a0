import Foundation
import Synchronization
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Real programs, run as the drivers run them.
@Suite(.scratch)
struct LiveProcessTests {
  @Test(arguments: [0, 1, 23, 127, 255] as [Int32])
  func `an exit status is a result`(_ status: Int32) async throws {
    #expect(try await live("sh", "-c", "exit \(status)").end == .exited(status))
  }

  @Test(arguments: [6, 9, 15] as [Int32])
  func `a signal is a result`(_ signal: Int32) async throws {
    #expect(try await live("sh", "-c", "kill -\(signal) $$").end == .signaled(signal))
  }

  @Test(arguments: ["sh", "/bin/sh"])
  func `a program is found by its name, or by its path`(_ program: String) async throws {
    let finished = try await World.live(say: { _ in })
      .run(Invocation(program, ["-c", "echo found"]), nil)
    #expect(finished == Finished(0, "found\n"))
  }

  @Test func `output and errors are kept apart`() async throws {
    let finished = try await live("sh", "-c", "echo out; echo err >&2; echo more; exit 3")
    #expect(finished == Finished(3, "out\nmore\n", errors: "err\n"))
  }

  @Test(arguments: ["$(touch pwned)", "`id`", "a b", "", "'", "\\", "*", "é\n"])
  func `arguments reach a program as they are, past any shell`(_ word: String) async throws {
    #expect(try await live("printf", "%s", word).output == word)
  }

  @Test func `programs speak plain English unless told otherwise, and see our variables`()
    async throws
  {
    #expect(try await live("sh", "-c", "echo $LC_ALL").output == "C\n")
    let told = try await live("sh", "-c", "echo $LC_ALL $TISBACKUP_X; echo $PATH") {
      $0.environment = ["LC_ALL": "C.UTF-8", "TISBACKUP_X": "a b"]
    }
    let path = try #require(ProcessInfo.processInfo.environment["PATH"])
    #expect(told.output == "C.UTF-8 a b\n\(path)\n")
  }

  @Test func `a program may be given by its path, as commands of an ini are`() async throws {
    let path = "\(ScratchDirectory.path)/a script"
    try writeScript("echo \"$@\"", to: path)
    #expect(try await live(path, "a b").output == "a b\n")
  }

  @Test func `a program works where it is told to`() async throws {
    let folder = ScratchDirectory.path + "/a b"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    #expect(try await live("pwd", "-P") { $0.workingFolder = folder }.output == folder + "\n")
  }

  @Test func `without input a program finds the end of it at once`() async throws {
    #expect(try await live("cat") == Finished(0))
  }

  @Test(arguments: [0, 1, 65_536, 1_000_000])
  func `bytes of any number reach a program`(_ count: Int) async throws {
    let finished = try await live("wc", "-c") {
      $0.input = .bytes([UInt8](repeating: 0x78, count: count))
    }
    #expect(finished.output == "\(count)\n")
  }

  @Test func `a program that wants no input may leave it`() async throws {
    let finished = try await live("true") {
      $0.input = .bytes([UInt8](repeating: 0, count: 1 << 20))
    }
    #expect(finished.succeeded)
  }

  @Test func `a file is read as input`() async throws {
    let path = try write("from a file\n", to: "\(ScratchDirectory.path)/input")
    #expect(try await live("cat") { $0.input = .file(path) }.output == "from a file\n")
  }

  @Test func `output that is no text is shown as well as can be`() async throws {
    let finished = try await live("printf", #"a\377b\000c\303"#)
    #expect(finished.output == "a\u{fffd}b\0c\u{fffd}")
  }

  @Test func `of a long output the beginning and the end are kept, and the gap is told`()
    async throws
  {
    let script = "printf begin; head -c 3000000 /dev/zero | tr '\\0' x; printf end"
    for text in [
      try await live("sh", "-c", script).output,
      try await live("sh", "-c", "{ \(script); } >&2").errors,
    ] {
      #expect(text.hasPrefix("beginxxx"))
      #expect(text.hasSuffix("xxxend"))
      #expect(text.contains("x\n... 1.9 MiB left out ...\nx"))
      #expect(text.utf8.count < (1 << 20) + 100)
    }
  }

  @Test func `a file takes the whole output, for its owner alone`() async throws {
    let path = "\(ScratchDirectory.path)/dump"
    try write("older and longer than what comes\n", to: path, mode: 0o600)
    let finished = try await live("sh", "-c", "printf 'a\\377'; echo err >&2") {
      $0.outputPath = path
    }
    #expect(finished == Finished(0, "", errors: "err\n"))
    #expect(try Data(contentsOf: URL(filePath: path)) == Data([0x61, 0xff]))
    let other = "\(ScratchDirectory.path)/new"
    _ = try await live("true") { $0.outputPath = other }
    let attributes = try FileManager.default.attributesOfItem(atPath: other)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `a link in the place of that file is not followed`() async throws {
    let folder = ScratchDirectory.path
    try write("precious\n", to: "\(folder)/precious")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/dump", withDestinationPath: "\(folder)/precious")
    await #expect(throws: BackupError.self) {
      try await live("echo", "x") { $0.outputPath = "\(folder)/dump" }
    }
    #expect(try String(contentsOfFile: "\(folder)/precious", encoding: .utf8) == "precious\n")
  }

  @Test func `progress is told as it comes, and is no output`() async throws {
    let told = Mutex<[String]>([])
    let finished = try await live("printf", #"1%%\r 2%%\r\r3%%\rdone\nlast"#) { _ in
    } progress: { line in
      told.withLock { $0.append(line) }
    }
    #expect(finished == Finished(0, "done\nlast"))
    #expect(told.withLock { $0 } == ["1%", " 2%", "3%"])
  }

  @Test(arguments: [
    ("no-such-program-here", "installed, and on the PATH of this job?"),
    ("/no/such/program", "there, and may this user run it?"),
  ])
  func `a program that is not there is named, with a hint`(_ name: String, _ question: String)
    async throws
  {
    let error = await #expect(throws: BackupError.self) { try await live(name, "x") }
    #expect(error?.code == .driver)
    #expect(error?.message.text.hasPrefix("cannot run '\(name)': ") == true)
    #expect(error?.hint?.text == "Is '\(name)' \(question)")
  }

  @Test func `a limit that is not reached changes nothing`() async throws {
    let finished = try await live("sh", "-c", "echo x; exit 4") { $0.timeLimit = 600 }
    #expect(finished == Finished(4, "x\n"))
  }

  @Test func `a missing program is the same with a limit`() async throws {
    let error = await #expect(throws: BackupError.self) {
      try await live("no-such-program-here") { $0.timeLimit = 600 }
    }
    #expect(error?.message.text.hasPrefix("cannot run 'no-such-program-here': ") == true)
  }
}

/// Runs a program in the real world.
func live(
  _ program: String, _ arguments: String..., change: (inout Invocation) -> Void = { _ in },
  progress: World.Progress? = nil
) async throws(BackupError) -> Finished {
  var invocation = Invocation(program, arguments)
  change(&invocation)
  return try await World.live { _ in }.run(invocation, progress)
}
