import BackupProofs
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What can be told of the configuration of a switch from its file alone.
@Suite(.scratch)
struct SwitchFileProofTests {
  private static let ios = "!\nversion 12.2\n!\nhostname sw1\n!\n"

  /// What the proof says of a file with this text: its sentence, `nothing`, or its error.
  private func proof(_ text: String, suffix: String = ".txt") async throws -> String {
    let path = try write(text, to: "\(ScratchDirectory.path)/sw1-20261124-01h02m03\(suffix)")
    let artifact = StoredArtifact(type: .switchConfiguration, location: path)
    do throws(BackupError) {
      return try await artifact.prove(using: World.live { _ in }) ?? "nothing"
    } catch {
      #expect(error.code == .unproven)
      return error.message.text.replacing("'\(path)'", with: "it")
    }
  }

  @Test(arguments: [
    (ios + "end\n", "text of 6 lines, with the one that ends it"),
    // What was asked beside it stands behind.
    (ios + "end\n\n! show vlan\nVLAN Name\n", "text of 9 lines, with the one that ends it"),
    ("frr version 8.4.4\nend\n", "text of 2 lines, with the one that ends it"),
    (ios, "it is cut short: it has no line 'end'"),
    (ios + " description the end\nint", "it is cut short: it has no line 'end'"),
    ("hostname \"HP\"\nexit\n", "nothing"),
    // A configuration that TISBackup kept.
    ("hostname \"HP\"\r\nexit\r\n", "nothing"),
    ("hostname HP\n--More-- \nexit\n", "it was paged: line 2 is the question of a pager"),
    (
      "hostname HP\n -- MORE --, next page: Space\n",
      "it was paged: line 2 is the question of a pager"
    ),
    ("banner motd Press --More-- for nothing\n", "nothing"),
    ("hostname \u{1B}[24;1HHP\n", "it is no text: byte 9 is a control character"),
    ("hostname\u{8}\n", "it is no text: byte 8 is a control character"),
    ("", "it is empty"),
  ])
  func `a text is whole as far as its model marks it`(_ text: String, _ answer: String)
    async throws
  {
    #expect(try await proof(text) == answer)
  }

  @Test(arguments: [
    ("# Copyright(C) 2016 D-Link Corporation.\n# End of configuration file\n", "text of 2 lines"),
    ("# Copyright(C) 2016 D-Link Corporation.\nvlan 1\n", "it is cut short"),
  ])
  func `a file of a DGS-1510 ends as such a one does`(_ text: String, _ answer: String) async throws
  {
    #expect(try await proof(text, suffix: ".cfg").hasPrefix(answer))
  }

  @Test func `of a file that is no text nothing can be told`() async throws {
    #expect(try await proof("\u{0}\u{1B}--More--", suffix: ".bin") == "nothing")
  }

  @Test func `every model that marks its end shows itself by some line`() {
    for model in SwitchModels.builtIn {
      #expect((model.endMarker == nil) == model.signs.isEmpty, "\(model.name)")
    }
  }
}
