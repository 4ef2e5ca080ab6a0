import Testing

@testable import BackupDrivers

/// What a login may, from the lines of SHOW GRANTS as MariaDB 10.11 and MySQL 8 write them.
struct MySQLGrantsTests {
  private static let proc = "SELECT on mysql.proc (or SHOW_ROUTINE)"

  private static let everything = ["SELECT", "TRIGGER", "EVENT", proc]

  static let cases: [(grants: [String], missing: [String])] = [
    ([], everything),
    (["GRANT USAGE ON *.* TO `b`@`localhost`"], everything),
    (["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"], []),
    (["GRANT SELECT, LOCK TABLES, SHOW VIEW, EVENT, TRIGGER ON *.* TO `b`@`%`"], []),
    (
      ["GRANT SELECT, SHOW VIEW ON *.* TO `b`@`%` IDENTIFIED BY PASSWORD '*AB'"],
      ["TRIGGER", "EVENT"]
    ),
    (["GRANT SELECT, SHOW VIEW, TRIGGER ON *.* TO `b`@`%`"], ["EVENT"]),
    (["GRANT ALL PRIVILEGES ON `shop_1`.* TO `b`@`%`"], []),
    (["GRANT SELECT, EVENT, TRIGGER ON `shop_1`.* TO `b`@`%`"], [proc]),
    (
      [
        "GRANT SELECT, EVENT, TRIGGER ON `shop_1`.* TO `b`@`%`",
        "GRANT SELECT ON `mysql`.`proc` TO `b`@`%`",
      ], []
    ),
    (
      [
        "GRANT SELECT, EVENT, TRIGGER ON `shop_1`.* TO `b`@`%`",
        "GRANT SELECT ON `mysql`.* TO `b`@`%`",
      ], []
    ),
    (["GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `shop_1`.* TO `b`@`%`"], []),
    (
      [
        "GRANT SELECT, EVENT, TRIGGER ON `shop%`.* TO `b`@`%`",
        "GRANT SHOW_ROUTINE ON *.* TO `b`@`%`",
      ], []
    ),
    (["GRANT SELECT, EVENT, TRIGGER, ALTER ROUTINE ON `shop__`.* TO `b`@`%`"], []),
    (["GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `shop\\_1`.* TO `b`@`%`"], []),
    (["GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `shop\\_2`.* TO `b`@`%`"], everything),
    (["GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `shop*`.* TO `b`@`%`"], everything),
    (
      ["GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `shop_1`.`orders` TO `b`@`%`"],
      everything
    ),
    (
      ["GRANT SELECT (`id`), INSERT (`id`) ON `shop_1`.`t` TO `b`@`%`"],
      everything
    ),
    // What a role allows, MySQL does not tell.
    (["GRANT USAGE ON *.* TO `b`@`%`", "GRANT `backup`@`%` TO `b`@`%`"], []),
    (
      ["GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION"],
      everything
    ),
    (["GRANT"], []), (["GRANT  ON  TO "], everything),
    (["GRANT SELECT ON `unclosed TO `b`"], everything),
    (["GRANT SELECT ON shop.* TO b"], everything),
  ]

  @Test(arguments: cases)
  func `what a dump needs and a login lacks`(_ grants: [String], _ missing: [String]) {
    var all = MySQLGrants()
    for grant in grants { all.add(grant) }
    #expect(all.missing(for: "shop_1") == missing)
  }

  @Test func `a name with backquotes, or that looks like the rest of the line, is read whole`() {
    var grants = MySQLGrants()
    grants.add("GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `a``b`.* TO `u``x`@`%`")
    grants.add("GRANT SELECT, EVENT, TRIGGER, EXECUTE ON `x ON y TO z`.* TO `u`@`%`")
    #expect(grants.missing(for: "a`b") == [])
    #expect(grants.missing(for: "x ON y TO z") == [])
    #expect(grants.missing(for: "ab").count == 4)
  }
}
