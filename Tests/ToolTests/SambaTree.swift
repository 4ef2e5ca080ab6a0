import Foundation
import TISBackupTestSupport
import Testing

/// The folder of a Samba domain controller, made by the programs that its databases are for.
struct SambaTree {
  let folder: String
  /// A partition of the directory, as a TDB.
  static let partition = "private/sam.ldb.d/DC=EXAMPLE,DC=COM.ldb"
  /// A partition that is an LMDB.
  static let large = "private/sam.ldb.d/CN=CONFIGURATION,DC=EXAMPLE,DC=COM.ldb"
  static let metadata = "private/sam.ldb.d/metadata.tdb"

  /// Names of the backup, and the paths they are of.
  static let databases = [
    "CN=CONFIGURATION,DC=EXAMPLE,DC=COM.ldb": large, "DC=EXAMPLE,DC=COM.ldb": partition,
    "metadata.tdb": metadata, "sam.ldb": "private/sam.ldb", "secrets.ldb": "private/secrets.ldb",
    "secrets.tdb": "private/secrets.tdb",
  ]

  /// The names of the files of a backup.
  static let files = databases.keys.map { "\($0).tisbackup.gz" }.sorted()

  static func make(in scratch: String, users: Int = 40) async throws -> SambaTree {
    let tree = SambaTree(folder: "\(scratch)/samba of 'dc1' $HOME")
    try makeFolder("\(tree.folder)/private/sam.ldb.d")
    // What lies beside the databases and is none of them.
    for name in ["private/tls.pem", "private/sam.ldb.d/notes.txt", "etc.ldb"] {
      try write("none\n", to: "\(tree.folder)/\(name)")
    }
    try await tree.add(to: Self.partition, 0..<users)
    for path in ["private/sam.ldb", "private/secrets.ldb"] { try await tree.add(to: path, 0..<3) }
    for path in [Self.metadata, "private/secrets.tdb"] { try await tree.makeTDB(path) }
    try await tree.makeLMDB(Self.large)
    return tree
  }

  func path(_ database: String) -> String { "\(folder)/\(database)" }

  /// Adds entries by Samba's own program.
  func add(to database: String, _ numbers: Range<Int>) async throws {
    let entries = numbers.map { number in
      """
      dn: CN=user\(number),DC=example,DC=com
      objectClass: user
      cn: user\(number)
      description: \(String(repeating: "tall and kind ", count: 20))

      """
    }
    try await succeed(
      ["ldbadd", "-H", "tdb://\(path(database))"], input: entries.joined(separator: "\n"))
  }

  func makeTDB(_ database: String) async throws {
    let place = "create \(path(database))\n"
    // It takes words apart at blanks, so it works where the file is.
    let name = (database as NSString).lastPathComponent
    let folder = (path(database) as NSString).deletingLastPathComponent
    let made = try await program(
      ["tdbtool"], input: place.replacing(path(database), with: name) + "store key value\n",
      workingFolder: folder)
    try #require(made.status == 0 && exists(path(database)), "\(made)")
  }

  func makeLMDB(_ database: String) async throws {
    let header = "VERSION=3\nformat=bytevalue\ntype=btree\nmapsize=10485760\nHEADER=END\n"
    let records = (100..<300).map { " \($0)1\n 76616c7565\n" }.joined()
    try await succeed(
      ["mdb_load", "-n", path(database)], input: header + records + "DATA=END\n")
  }

  /// What is in a database, told by the programs that it is for; fails unless they find it whole.
  static func content(of path: String) async throws -> String {
    let head = Array(try bytes(path).prefix(4))
    guard head == Array("TDB ".utf8) else {
      return try await succeed(["mdb_dump", "-n", path])
    }
    let check = try await program(["tdbtool", path, "check"])
    #expect(check.stdout.contains("Database integrity is OK"), "\(path): \(check)")
    guard path.hasSuffix(".ldb") else { return try await succeed(["tdbtool", path, "dump"]) }
    let all = ["ldbsearch", "-H", "tdb://\(path)", "-S", "(objectClass=*)"]
    return try await succeed(all)
  }

  /// Every name below the folder, with what a file is: so nothing there came or went.
  func listing() async throws -> String {
    try await Self.succeed(
      ["find", folder, "-printf", "%P %y %m %U\n"]
    ).split(separator: "\n").sorted().joined(separator: "\n")
  }

  /// Starts a transaction in a database by another program, and ends it when `release` is made.
  ///
  /// Gives the task that ends with it, once it has begun.
  func hold(_ database: String, until release: String) async throws -> Task<Void, any Error> {
    let script = """
      { echo "open $1"; echo transaction_start; echo 'store held value'
      while [ ! -e "$2" ]; do sleep 0.02; done
      echo transaction_commit; echo quit; } | tdbtool >/dev/null
      """
    let name = (database as NSString).lastPathComponent
    let place = (path(database) as NSString).deletingLastPathComponent
    let task = Task {
      let held = try await program(
        ["sh", "-c", script, "sh", name, release], workingFolder: place)
      #expect(held.status == 0, "\(held)")
    }
    var status = stat()
    try #require(stat(path(database), &status) == 0)
    let lock = ":\(status.st_ino) 8 8"
    try await waitUntil("the transaction begins") {
      try text("/proc/locks").split(separator: "\n").contains {
        $0.contains("WRITE") && $0.hasSuffix(lock)
      }
    }
    return task
  }

  @discardableResult
  private static func succeed(_ words: [String], input: String = "") async throws -> String {
    let result = try await program(words, input: input)
    try #require(result.status == 0, "\(words): \(result)")
    return result.stdout
  }

  @discardableResult
  private func succeed(_ words: [String], input: String = "") async throws -> String {
    try await Self.succeed(words, input: input)
  }
}
