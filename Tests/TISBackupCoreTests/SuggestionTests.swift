import Testing

@testable import TISBackupCore

struct SuggestionTests {
  private let keys = ["type", "server_name", "remote_dir", "remote_user", "ssh_port", "db_name"]

  @Test(arguments: [
    ("server_nam", "server_name"), ("sevrer_name", "server_name"), ("servername", "server_name"),
    ("SERVER_NAME", "server_name"), ("remote_dri", "remote_dir"), ("tpye", "type"),
    ("ssh_prot", "ssh_port"), ("dbname", "db_name"), ("remote_use", "remote_user"),
  ])
  func `a slip of the hand is recognised`(_ wanted: String, _ meant: String) {
    #expect(Suggestion.nearest(to: wanted, among: keys) == meant)
  }

  @Test(arguments: ["", "x", "ty", "password", "completely_different", "eman_revres"])
  func `nothing is suggested for what is not close`(_ wanted: String) {
    #expect(Suggestion.nearest(to: wanted, among: keys) == nil)
  }

  @Test func `of several that are as close the first is taken, of any others the closest`() {
    #expect(Suggestion.nearest(to: "web3", among: ["web1", "web2"]) == "web1")
    #expect(
      Suggestion.nearest(to: "web-2", among: ["web-", "web-12", "wev-2", "web-2"]) == "web-2")
    #expect(Suggestion.nearest(to: "web", among: []) == nil)
  }

  @Test func `two letters that changed places are one slip, not two`() {
    #expect(Suggestion.nearest(to: "ba", among: ["ab"]) == "ab")
    #expect(Suggestion.nearest(to: "cab", among: ["abc"]) == nil)
  }

  @Test func `a word of a megabyte is answered at once`() {
    #expect(Suggestion.nearest(to: String(repeating: "a", count: 1 << 20), among: keys) == nil)
  }
}
