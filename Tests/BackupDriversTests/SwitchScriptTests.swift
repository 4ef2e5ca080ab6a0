import OutsideWorld
import TISBackupTestSupport
import Testing

/// The server that plays recorded dialogues, and forgives nothing.
struct SwitchScriptTests {
  @Test(arguments: [
    ("<a\\q\n>b", 1, "unknown escape"), ("<a\n?b", 2, "unknown step"),
    ("hangup\n<a", 2, "a step after the end"), ("<only", 0, "nothing is ever heard"),
    ("", 0, "nothing is ever heard"),
    ("<\\x4", 1, "unknown escape"), ("hang up", 1, "unknown step"),
  ])
  func `a malformed dialogue is refused, with its line`(
    _ text: String, _ line: Int, _ reason: String
  ) {
    #expect(throws: SwitchScript.Malformed(line: line, reason: reason)) {
      try SwitchScript(parsing: text)
    }
  }

  @Test func `escapes stand for bytes`() throws {
    let script = try SwitchScript(
      parsing: "# a comment\n|a\\\\\\e\\b\\0\\x20\n}\\x1a\n>x\nhangup\n")
    #expect(
      script.steps == [
        .says([97, 92, 27, 8, 0, 32, 13, 10]), .hears([26]), .hearsLine([120]), .hangsUp,
      ])
  }

  /// What the server finds wrong with a client that types this at once and hangs up.
  private func faults(_ script: String, typing text: String) async throws -> [String] {
    let device = try ScriptedSwitch(SwitchScript(parsing: script), isTelnet: false)
    _ = try await program(
      ["socat", "-t", "1", "STDIO", "TCP:127.0.0.1:\(device.port)"], input: text)
    return await device.faults()
  }

  @Test(arguments: [
    (">a\n<b\nhangup", "a\r", nil),
    (">a\nhangup", "b\r", "step 1: heard '\"b\\r\"' instead of '\"a\\r\"'"),
    (">a\n<b\n>c\nhangup", "a\rc\r", "step 2: typed before it was asked: '\"c\\r\"'"),
    (">a\nhangup", "a", "step 1: never heard '\"a\\r\"', only '\"a\"'"),
    (">a\n<b", "a\r", nil),
  ])
  func `what is unexpected, too early or missing is a fault`(
    _ script: String, _ typed: String, _ fault: String?
  ) async throws {
    #expect(try await faults(script, typing: typed) == (fault.map { [$0] } ?? []))
  }
}
