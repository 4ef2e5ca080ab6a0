import Testing

@testable import TISBackupCore

struct YesNoTests {
  @Test(
    arguments: [
      ("yes", true), ("TRUE", true), ("t", true), ("1", true),
      ("no", false), ("False", false), ("F", false), ("0", false),
      ("y", nil), ("n", nil), ("on", nil), ("off", nil), ("", nil), ("2", nil), (" yes", nil),
    ] as [(String, Bool?)])
  func `a flag is one of eight words, and TISBackup takes any other for a no`(
    _ text: String, _ flag: Bool?
  ) {
    #expect(YesNo.parse(text) == flag)
    #expect(YesNo.legacy(text) == (flag ?? false))
  }
}
