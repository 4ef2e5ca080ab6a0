import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupDrivers

/// The difference between two configurations, as a log shows it.
@Suite(.scratch)
struct ConfigurationChangeTests {
  private func change(_ old: [String], _ new: [String], of model: SwitchModel = .cisco)
    -> ConfigurationChange
  {
    ConfigurationChange(from: old, to: new, of: model)
  }

  @Test
  func `a change is shown with three lines around it, and what changes by itself is left out`() {
    let old = ["! NVRAM config last updated at 1", "a", "b", "c", "d", "e", "f", "g", "h"]
    let new = ["! NVRAM config last updated at 2", "a", "b", "c", "d", "E", "E2", "f", "g", "h"]
    let change = change(old, new)
    #expect(change.added == 2 && change.removed == 1)
    #expect(
      change.text == """
        @@ -2,7 +2,8 @@
         b
         c
         d
        -e
        +E
        +E2
         f
         g
         h
        """)
  }

  @Test func `lines that change by themselves are no change`() {
    let change = change(
      ["ntp clock-period 36029056", "end"], ["ntp clock-period 36029099", "end"])
    #expect(change.isEmpty && change.text == "")
  }

  @Test(arguments: [
    ("enable secret 5 $1$mERr", "enable secret ***"),
    ("username admin privilege 15 secret 5 $1$9Yxn", "username admin privilege 15 secret ***"),
    (" password 7 070C285F4D06", " password ***"),
    ("snmp-server community s3cret RO", "snmp-server community ***"),
    ("tacacs-server host 192.0.2.1 key 7 0822", "tacacs-server host 192.0.2.1 key ***"),
  ])
  func `a secret is shown on neither side, nor around a change`(_ line: String, _ shown: String) {
    let secret = line.split(separator: " ").last.map(String.init) ?? ""
    for text in [
      change([line, "end"], ["end"]).text, change(["end"], [line, "end"]).text,
      change([line, "a", "end"], [line, "b", "end"]).text,
    ] {
      #expect(text.contains(shown) && !text.contains(secret) && !text.contains("s3cret"))
    }
  }

  @Test func `secrets that differ are a change, though they are shown alike`() {
    let change = change(["enable secret 5 one"], ["enable secret 5 two"])
    #expect(change.text == "@@ -1,1 +1,1 @@\n-enable secret ***\n+enable secret ***")
  }

  @Test(arguments: SwitchModels.builtIn.map(\.name))
  func `no secret line of a model hides nothing, or everything`(_ name: String) throws {
    let model = try #require(SwitchModels.named(name))
    for pattern in model.secrets {
      #expect(pattern.pattern.contains("*"), "\(pattern.pattern)")
      #expect(!pattern.matches("interface vlan 1"), "\(pattern.pattern)")
    }
  }

  @Test func `a long difference is cut, and says how much is missing`() {
    let change = change((0..<500).map { "old \($0)" }, (0..<500).map { "new \($0)" })
    let lines = change.text.split(separator: "\n")
    #expect(lines.count == 201 && lines.last == "... and 801 lines more")
  }

  @Test func `configurations that have nothing in common are compared in no time`() {
    let change = change((0..<50_000).map { "old \($0)" }, (0..<50_000).map { "new \($0)" })
    #expect(change.added == 50_000 && change.removed == 50_000)
  }

  @Test(arguments: [
    ([], ["a"]), (["a"], []), (["a", "b"], ["b", "a"]), (["a", "a", "a"], ["a", "b", "a"]),
    (["x", "a", "b", "c", "y", "z"], ["a", "c", "d", "z", "x"]),
    (["1", "2", "3"], ["1", "2", "3"]),
  ])
  func `diff finds the same lines, and patch makes the new file of the old one`(
    _ old: [String], _ new: [String]
  ) async throws {
    let folder = ScratchDirectory.path
    let from = try write(old.map { $0 + "\n" }.joined(), to: "\(folder)/old")
    let change = change(old, new)
    let patch = try write(
      "--- old\n+++ new\n\(change.text)\n", to: "\(folder)/patch")
    if !change.isEmpty {
      let patched = try await program(["patch", "-s", "-i", patch, from])
      #expect(patched.status == 0, "\(patched.stdout)\(change.text)")
    }
    #expect((try? text(from)) ?? "" == new.map { $0 + "\n" }.joined())
  }
}
