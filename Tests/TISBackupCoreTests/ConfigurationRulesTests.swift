import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct ConfigurationRulesTests {
  private static let globals = """
    [global]
    backup_base_dir = /backup
    backup_retention_time = 30
    maximum_backup_age = 30

    """
  private static let ssh = """
    [web]
    type = rsync+ssh
    server_name = srv
    remote_user = root
    remote_dir = /srv
    private_key = /key

    """

  /// Every problem of sections that stand below a usable `[global]`, from line 5 on.
  private func problems(_ text: String) throws -> [String] {
    try Configuration.parse(Self.globals + text).problems.map { problem in
      "\(problem.severity) " + problem.description.replacing("tisbackup-config.ini:", with: "")
    }
  }

  private static let types =
    "Use one of null, rsync, rsync+ssh, rsync+btrfs, rsync+btrfs+ssh, mysql+ssh, pgsql+ssh, "
    + "samba4, sqlserver+ssh, xen-xva, xen-meta-data, copy-vm-xcp, switch."
  private static let nameHint =
    "Use letters, digits, '_', '-' and '.', not beginning with a dot."

  @Test(arguments: [
    "", "[web]\ntype = null\nserver_name = srv\n", ssh,
    ssh + "ssh_port = 2222\nbwlimit = 0\nvanished_files = Warning\nacls = NO\ntimeout = 1d12h\n",
    ssh + "exclude_list = \"*.tmp\",\"/proc\"\npreexec_local = /bin/x 'a b'\npostexec = a | b\n",
    ssh + "backup_dir = /elsewhere/web/\ndescription =\nssh_options = A=b \"C=d e\"\n",
    "[a.b_c-D9]\ntype = null\nserver_name = srv\n",
  ])
  func `a sound section has no problem`(_ text: String) throws {
    #expect(try problems(text) == [])
  }

  @Test(
    arguments: [
      (
        "warning_backup_age = 40",
        [
          "warning 11: section [web]: key 'warning_backup_age' lies beyond 'maximum_backup_age', so it is never seen; Exchange them?"
        ]
      ),
      (
        "warning_failures = 3\nmaximum_failures = 2",
        [
          "warning 11: section [web]: key 'warning_failures' lies beyond 'maximum_failures', so it is never seen; Exchange them?"
        ]
      ),
      (
        "warning_duration = 2h\nmaximum_duration = 90m",
        [
          "warning 11: section [web]: key 'warning_duration' lies beyond 'maximum_duration', so it is never seen; Exchange them?"
        ]
      ),
      (
        "warning_size_change = 60\nmaximum_size_change = 50%",
        [
          "warning 11: section [web]: key 'warning_size_change' lies beyond 'maximum_size_change', so it is never seen; Exchange them?"
        ]
      ),
      (
        "warning_verified_age = 8d\nmaximum_verified_age = 7d",
        [
          "warning 11: section [web]: key 'warning_verified_age' lies beyond 'maximum_verified_age', so it is never seen; Exchange them?"
        ]
      ),
      (
        "minimum_size = 2M\nmaximum_size = 1M",
        [
          "error 11: section [web]: key 'minimum_size' is larger than 'maximum_size'; Exchange them?"
        ]
      ),
      ("minimum_size = 1M\nmaximum_size = 1M\nwarning_failures = 2\nmaximum_failures = 2", []),
      (
        "maximum_size_change = much",
        [
          "error 11: section [web]: key 'maximum_size_change': 'much' is not a percentage; Write a whole number: 50%."
        ]
      ),
      (
        "minimum_size = big",
        [
          "error 11: section [web]: key 'minimum_size': 'big' is not a size; Write bytes, or a number with a unit: 700M, 1.5GiB, 2TB."
        ]
      ),
    ] as [(String, [String])])
  func `limits that contradict each other are told`(_ lines: String, _ expected: [String]) throws {
    #expect(try problems(Self.ssh + lines) == expected)
  }

  @Test(arguments: [
    ("[web]\nserver_name = srv\n", ["error 5: section [web]: needs the key 'type'; \(types)"]),
    (
      "[web]\nserver_name = srv\ntype = rsync+shh\n",
      [
        "error 7: section [web]: asks for the unknown type 'rsync+shh'; "
          + "Did you mean 'rsync+ssh'? \(types)"
      ]
    ),
    (
      "[web]\ntype = zfs\n",
      ["error 6: section [web]: asks for the unknown type 'zfs'; \(types)"]
    ),
    (
      "[web]\ntype = null\nserver_nam = srv\n",
      [
        "error 5: section [web]: needs the key 'server_name'; "
          + "Add 'server_name = ...': the machine that is backed up.",
        "warning 7: section [web]: unknown key 'server_nam'; Did you mean 'server_name'?",
      ]
    ),
    (
      "[web]\ntype = null\nserver_name =\n",
      [
        "error 5: section [web]: needs the key 'server_name'; "
          + "Add 'server_name = ...': the machine that is backed up."
      ]
    ),
    (
      ssh + "colour = blue\n",
      [
        "warning 11: section [web]: unknown key 'colour'; "
          + "Remove it, or see 'tisbackup-run --list-drivers'."
      ]
    ),
    (
      ssh.replacing("remote_dir = /srv\n", with: ""),
      [
        "error 5: section [web]: needs the key 'remote_dir'; "
          + "Add 'remote_dir = ...': folder whose contents are copied."
      ]
    ),
    ("[my web]\n", ["error 5: section [my web]: is not a name for a backup; \(nameHint)"]),
    ("[..]\n", ["error 5: section [..]: is not a name for a backup; \(nameHint)"]),
    ("[.web]\n", ["error 5: section [.web]: is not a name for a backup; \(nameHint)"]),
    ("[a/b]\n", ["error 5: section [a/b]: is not a name for a backup; \(nameHint)"]),
    ("[wéb]\n", ["error 5: section [wéb]: is not a name for a backup; \(nameHint)"]),
    (
      "[log]\ntype = null\n",
      ["error 5: section [log]: is the name of the folder of the catalog; \(nameHint)"]
    ),
    (
      "[a]\ntype = null\nserver_name = s\n[b]\ntype = null\nserver_name = s\nbackup_dir = /backup/a/\n",
      [
        "error 11: section [b]: has the same folder '/backup/a' as [a]; "
          + "Give one of them another backup_dir."
      ]
    ),
    (
      "[web]\ntype = null\nserver_name = srv\n[web]\ndescription = again\n",
      [
        "warning 8: section [web]: is given again, first in line 5; they are read as one; "
          + "Rename one of them, or join them."
      ]
    ),
  ])
  func `what is wrong with a section is named by file, line, section and key`(
    _ text: String, _ expected: [String]
  ) throws {
    let found = try problems(text)
    #expect(found == expected)
  }

  @Test(arguments: [
    ("ssh_port = many", "is not a whole number; Write a whole number from 1 to 65535."),
    ("ssh_port = 0", "is out of range; Write a whole number from 1 to 65535."),
    ("ssh_port = 65536", "is out of range; Write a whole number from 1 to 65535."),
    ("ssh_port = 22.5", "is not a whole number; Write a whole number from 1 to 65535."),
    (
      "ssh_port = 99999999999999999999",
      "is not a whole number; Write a whole number from 1 to 65535."
    ),
    ("bwlimit = -1", "is out of range; Write a whole number of at least 0."),
    ("backup_retention_time = 0", "is out of range; Write a whole number from 1 to 100000."),
    ("maximum_backup_age = 2d", "is not a whole number; Write a whole number from 1 to 1000000."),
    (
      "server_name = -oProxyCommand=x",
      "is not the name of a machine; Give a host name or an address."
    ),
    ("server_name = a b", "is not the name of a machine; Give a host name or an address."),
    ("private_key = key", "is not an absolute path; Begin it with '/'."),
    ("backup_dir = ~/x", "is not an absolute path; Begin it with '/'."),
    ("acls = maybe", "is neither yes nor no; Write 'yes' or 'no'."),
    (
      "idle_timeout = soon",
      "is not a time span; Write a number of seconds, or one with a unit: 90s, 15m, 30h, 1d12h."
    ),
    ("vanished_files = ignore", "is unknown; Write one of ok, warning, error."),
    ("host_key_checking = maybe", "is unknown; Write one of accept-new, yes, no."),
    (
      "preexec_local = a | b",
      "needs a shell ('|'); Put it into a script and name the script here."
    ),
  ])
  func `a value that cannot be is an error that shows it and the right form`(
    _ line: String, _ problem: String
  ) throws {
    let parts = line.split(separator: " = ", maxSplits: 1)
    #expect(
      try problems(Self.ssh + line + "\n").filter { $0.hasPrefix("error") } == [
        "error 11: section [web]: key '\(parts[0])': '\(parts[1])' \(problem)"
      ])
  }

  @Test(arguments: ["exclude_list = \"a", "overload_args = 'a", "postexec_local = \"a"])
  func `an open quote is an error with a cure`(_ line: String) throws {
    let found = try problems(Self.ssh + line + "\n")
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.hasPrefix("error 11: section [web]: key '") })
    #expect(found.allSatisfy { $0.hasSuffix(".") })
  }

  @Test(arguments: [
    (
      "bw_limt = 5", ["warning 5: [global] unknown key 'bw_limt'; Did you mean 'bw_limit'?"]
    ),
    (
      "ssh_port = 5",
      [
        "warning 5: [global] unknown key 'ssh_port'; Remove it, or see 'tisbackup-run --list-drivers'."
      ]
    ),
    (
      "bw_limit = fast",
      [
        "error 5: [global] key 'bw_limit': 'fast' is not a whole number; Write a whole number of at least 0."
      ]
    ),
    ("bw_limit =", []), ("compression_level = 9", []), ("start_vm = yes", []),
    ("warning_backup_age = 20", []),
  ])
  func `global has keys of its own, under their own names`(_ line: String, _ expected: [String])
    throws
  {
    #expect(try problems(line + "\n") == expected)
  }

  @Test
  func `ages and retention are asked for unless global has them, but not for what has no backup`()
    throws
  {
    let head = "[global]\nbackup_base_dir = /b\n"
    let bare = try Configuration.parse(head + Self.ssh).problems.map(\.description)
    #expect(
      bare == [
        "tisbackup-config.ini:3: section [web]: needs the key 'backup_retention_time'; Add "
          + "'backup_retention_time = ...' there or in [global]: days a backup is kept.",
        "tisbackup-config.ini:3: section [web]: needs the key 'maximum_backup_age'; Add "
          + "'maximum_backup_age = ...' there or in [global]: hours after which a missing good "
          + "backup is CRITICAL.",
      ])
    let null = "[x]\ntype = null\nserver_name = s\n"
    #expect(try Configuration.parse(head + null).problems == [])
  }

  @Test func `a reference that leads nowhere is told once, with its place`() throws {
    let found = try problems("[web]\ntype = null\nserver_name = %(none)s\n")
    #expect(found.count == 2)
    #expect(found.first?.hasPrefix("error 7: section [web] key 'server_name': ") == true)
    #expect(found.count { $0.contains("section [web]: section [web]") } == 0)
  }

  @Test func `a secret is never shown, whatever is wrong with it`() throws {
    let text = "[db]\ntype = mysql+ssh\nserver_name = s\nprivate_key = /k\ndb_user = u\n"
    #expect(try problems(text + "db_passwd = %(x\n").allSatisfy { !$0.contains("%(x") })
    #expect(try problems(text + "db_passwd = -p 'q\n") == [])
    #expect(try problems(text + "db_passwd_file = /f\n") == [])
  }
}
