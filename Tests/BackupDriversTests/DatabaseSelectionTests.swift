import BackupDrivers
import TISBackupCore
import TISBackupTestSupport
import Testing

struct DatabaseSelectionTests {
  private static let present = ["shop", "crm_1", "crm_2", "mysql", "a b", "Shop", "it's"]

  private func selection(_ keys: String) throws -> DatabaseSelection {
    try DatabaseSelection(
      Configuration.section("[web1]\ntype = pgsql+ssh\n\(keys)"))
  }

  static let cases: [(keys: String, chosen: [String])] = [
    ("", ["Shop", "a b", "crm_1", "crm_2", "it's", "shop"]), ("db_name = shop", ["shop"]),
    ("db_name = mysql", ["mysql"]), ("db_name = a b", ["a b"]), ("db_name = it's", ["it's"]),
    ("db_include = *", ["Shop", "a b", "crm_1", "crm_2", "it's", "shop"]),
    ("db_include = mysql", ["mysql"]), ("db_include = mysq*, shop", ["shop"]),
    ("db_include = crm_*,shop", ["crm_1", "crm_2", "shop"]),
    ("db_exclude = crm_*, ?hop, a*", ["it's"]),
    ("db_include = crm_*\ndb_exclude = *_2", ["crm_1"]),
    ("db_include = [cs]*", ["crm_1", "crm_2", "shop"]),
    // Who asks for the very name gets it, unless they take it away again.
    ("db_include = mysql, shop\ndb_exclude = mysql", ["shop"]),
    ("db_name = shop\ndb_exclude = shop", ["shop"]),
  ]

  @Test(arguments: cases)
  func `the databases of a section`(_ keys: String, _ chosen: [String]) throws {
    #expect(try selection(keys).choose(from: Self.present, system: ["mysql"]) == chosen)
  }

  @Test(arguments: [
    ("db_name = nowhere", "there is no database 'nowhere'", "'crm_2'"),
    ("db_name = *", "there is no database '*'", "'crm_2'"),
    ("db_include = x*", "no database is left", "db_include"),
    ("db_exclude = *", "no database is left", "db_exclude"),
  ])
  func `none at all is an error that shows what there is`(
    _ keys: String, _ message: String, _ hint: String
  ) throws {
    let selection = try selection(keys)
    let error = #expect(throws: BackupError.self) {
      try selection.choose(from: Self.present, system: ["mysql"])
    }
    #expect(error?.message.text.hasPrefix("section [web1]: \(message)") == true)
    #expect(error?.hint?.text.contains(hint) == true)
  }

  @Test func `a server that shows nothing points to the rights of the login`() throws {
    let selection = try selection("")
    let error = #expect(throws: BackupError.self) { try selection.choose(from: [], system: []) }
    #expect(error?.hint?.text.contains("rights") == true)
  }
}
