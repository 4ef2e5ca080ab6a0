import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// The ways in which a command file takes no commands, each with a real file.
@Suite("a command file", .scratch)
struct CommandFileTests {
  private var path: String { "\(ScratchDirectory.path)/nagios.cmd" }

  private func submit(_ count: Int = 2, seconds: Int = 60) async throws -> [Delivery] {
    let results = (0..<count).map { PassiveResult.sample(service: "s\($0)") }
    let pipe = try NagiosPipe(target("[local]\ntype = nagios_pipe\npath = \(path)"))
    return await pipe.submit(results, using: .real, patience: Patience(seconds: seconds))
  }

  /// A named pipe and its reader, which reads nothing by itself.
  private func makePipe(mode: mode_t = 0o600) throws -> Reader {
    #expect(mkfifo(path, 0o600) == 0 && chmod(path, mode) == 0)
    return try Reader(path)
  }

  private final class Reader: Sendable {
    let descriptor: Int32

    init(_ path: String) throws {
      descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { throw ServerError.notListening(path) }
    }

    deinit { close(descriptor) }

    /// What is there.
    var text: String {
      var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
      while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
        bytes += chunk[..<count]
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    /// All that comes until there are so many bytes, or half a minute is over.
    func text(of count: Int) async throws -> String {
      var all = text
      for _ in 0..<1500 where all.utf8.count < count {
        try await Task.sleep(for: .milliseconds(20))
        all += text
      }
      return all
    }
  }

  /// Fills the pipe to its last byte; gives how many there were.
  private func fill() -> Int {
    let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(descriptor) }
    var count = 0
    for size in [4096, 1] {
      let bytes = [UInt8](repeating: 0x78, count: size)
      while case let written = write(descriptor, bytes, size), written > 0 { count += written }
    }
    return count
  }

  @Test("gets whole lines, whoever else writes")
  func atomic() async throws {
    let reader = try makePipe()
    async let deliveries = withThrowingTaskGroup(of: [Delivery].self) { group in
      for _ in 0..<4 { group.addTask { try await submit(100) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    let wanted = (0..<400).map { ExternalCommand.line(.sample(service: "s\($0 % 100)")) }
    async let text = reader.text(of: wanted.reduce(0) { $0 + $1.utf8.count })
    #expect(try await deliveries == Array(repeating: .delivered, count: 400))
    let lines = try await text.split(separator: "\n").map { "\($0)\n" }
    let areWhole = lines.sorted() == wanted.sorted()
    #expect(areWhole, "\(lines.count) lines")
  }

  @Test("that somebody made with '>>' is neither written to nor taken away")
  func regular() async throws {
    try write("mine\n", to: path)
    expectKept(try await submit(), count: 2, "is not a named pipe", "remove it and restart Nagios")
    #expect(try text(path) == "mine\n")
  }

  @Test(
    "is no folder, no socket and no file of another kind", arguments: ["folder", "socket", "loop"])
  func other(_ kind: String) async throws {
    switch kind {
    case "folder": try makeFolder(path)
    case "loop": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    default:
      let made = try await program([
        "python3", "-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", path,
      ])
      #expect(made.status == 0, "\(made.stderr)")
    }
    expectKept(try await submit(), count: 2, "is not a named pipe")
  }

  @Test("without a reader is not waited for")
  func abandoned() async throws {
    _ = try makePipe()
    expectKept(try await submit(), count: 2, "has no reader", "start Nagios")
  }

  @Test("that is missing is not made, nor its folder", arguments: ["nagios.cmd", "rw/nagios.cmd"])
  func missing(_ name: String) async throws {
    let pipe = try NagiosPipe(
      target("[local]\ntype=nagios_pipe\npath=\(ScratchDirectory.path)/\(name)"))
    expectKept(
      await pipe.submit([.sample()], using: .real, patience: .long), count: 1, "is not there")
    #expect(names(ScratchDirectory.path) == [])
  }

  @Test("that this user may not write names the group")
  func forbidden() async throws {
    let reader = try makePipe(mode: 0)
    let pipe = try NagiosPipe(target("[local]\ntype = nagios_pipe\npath = \(path)"))
    let deliveries = await asUser { pipe.write([.sample()], until: .now + .seconds(30)) }
    expectKept(deliveries, count: 1, "Permission denied", "add this user to the group")
    #expect(reader.text == "")
  }

  @Test("that nobody empties is waited for as long as there is patience, and gets no half line")
  func full() async throws {
    let reader = try makePipe()
    let count = fill()
    expectKept(try await submit(seconds: 1), count: 2, "is full", "check_external_commands")
    let isUntouched = reader.text == String(repeating: "x", count: count)
    #expect(isUntouched)
  }

  @Test("that is emptied in time takes everything")
  func slow() async throws {
    let reader = try makePipe()
    let count = fill()
    async let deliveries = submit()
    // Long enough that the writer is most likely waiting; right in any case.
    try await Task.sleep(for: .milliseconds(200))
    let lines = (0..<2).map { ExternalCommand.line(.sample(service: "s\($0)")) }.joined()
    let text = try await reader.text(of: count + lines.utf8.count)
    #expect(try await deliveries == [.delivered, .delivered])
    let isWhole = text == String(repeating: "x", count: count) + lines
    #expect(isWhole, "\(text.suffix(300))")
  }

  @Test("whose reader leaves ends neither this process nor the results that are left")
  func readerLeaves() async throws {
    var reader: Reader? = try makePipe()
    let file = try CommandFile(path)
    let line = Array("line\n".utf8)
    try file.write(line, until: .now + .seconds(60))
    #expect(reader?.text == "line\n")
    reader = nil
    #expect(throws: CommandFile.Trouble.abandoned) {
      try file.write(line, until: .now + .seconds(60))
    }
    var pending = sigset_t()
    sigpending(&pending)
    #expect(sigismember(&pending, SIGPIPE) == 0)
  }
}
