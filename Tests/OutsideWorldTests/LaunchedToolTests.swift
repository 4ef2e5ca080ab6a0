import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite(.scratch) struct LaunchedToolTests {
  private func ended(_ tool: LaunchedTool) async throws -> LaunchedTool.End {
    for _ in 0..<1000 where tool.ended == nil { try await Task.sleep(for: .milliseconds(10)) }
    return try #require(tool.ended)
  }

  @Test(
    arguments: [
      ("exit 0", .exited(0)), ("exit 3", .exited(3)), ("kill -9 $$", .signaled(9)),
    ] as [(String, LaunchedTool.End)])
  func `it tells how it ended`(_ script: String, _ end: LaunchedTool.End) async throws {
    #expect(try await ended(LaunchedTool("/bin/sh", ["-c", script])) == end)
  }

  @Test func `what it prints can be read at any time, the last of it`() async throws {
    let tool = try LaunchedTool(
      "/bin/sh", ["-c", "for i in $(seq 1000); do echo line $i; done; echo oops >&2"])
    _ = try await ended(tool)
    #expect(tool.tail(1 << 20).hasPrefix("line 1\nline 2\n"))
    #expect(tool.tail(30) == "line 999\nline 1000\noops\n")
  }

  @Test func `it inherits nothing but its output, in a session of its own`() async throws {
    let file = open(try write("secret", to: "\(ScratchDirectory.path)/f"), O_RDONLY)
    defer { close(file) }
    let tool = try LaunchedTool(
      "/bin/sh", ["-c", "ls /proc/self/fd | wc -l; ps -o sid= -p $$ | tr -d ' '; echo $$"])
    _ = try await ended(tool)
    let lines = tool.tail(1000).split(separator: "\n")
    // Three, and the folder that ls reads.
    #expect(lines.first == "4")
    #expect(lines[1] == lines[2])
  }

  @Test func `what cannot be started is told`() {
    let error = #expect(throws: BackupError.self) { try LaunchedTool("/none/tool", []) }
    #expect(error?.message.text == "cannot start '/none/tool': No such file or directory")
  }
}
