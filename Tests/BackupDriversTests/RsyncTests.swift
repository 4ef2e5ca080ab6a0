import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The exact command of a copy from a daemon, and what the keys of all rsync types do to it.
struct RsyncTests {
  private static let transport = [
    "--password-file=/etc/tis/web1.password", "--port=873", "--contimeout=15",
  ]
  private static let ends = [
    "--", "backup@web1.example.com::data/srv/", "/backup/web1/20261124-01h02m03.partial/",
  ]

  @Test func `a plain section is copied with these words, in this order`() throws {
    #expect(
      try Rsync(.rsync()).onlyArguments() == [
        "-rt", "-lpgoD", "--protect-args", "-H", "-A", "-X", "--numeric-ids", "--delete",
        "--delete-excluded", "--partial-dir=.rsync-partial", "--filter=P .rsync-partial/",
        "--stats", "--info=progress2", "--no-human-readable", "--outbuf=L", "--timeout=600",
        "--password-file=/etc/tis/web1.password", "--port=873", "--contimeout=15", "--",
        "backup@web1.example.com::data/srv/", "/backup/web1/20261124-01h02m03.partial/",
      ])
  }

  @Test(arguments: [
    ("", ["-lpgoD", "--protect-args", "-H", "-A", "-X"]),
    ("one_file_system = yes", ["-lpgoD", "-x", "--protect-args", "-H", "-A", "-X"]),
    ("fake_super = yes", ["-lpgoD", "--fake-super", "--protect-args", "-H", "-A", "-X"]),
    ("protect_args = no", ["-lpgoD", "-H", "-A", "-X"]),
    ("compression = True", ["-lpgoD", "--protect-args", "-z", "-H", "-A", "-X"]),
    ("compression = no", ["-lpgoD", "--protect-args", "-H", "-A", "-X"]),
    (
      "compression = 1\ncompressionlevel = 7",
      ["-lpgoD", "--protect-args", "-z", "--compress-level=7", "-H", "-A", "-X"]
    ),
    ("bwlimit = 2048", ["-lpgoD", "--protect-args", "--bwlimit=2048", "-H", "-A", "-X"]),
    ("bwlimit = 0", ["-lpgoD", "--protect-args", "-H", "-A", "-X"]),
    ("hard_links = no", ["-lpgoD", "--protect-args", "-A", "-X"]),
    ("acls = no", ["-lpgoD", "--protect-args", "-H", "-X"]),
    ("xattrs = no", ["-lpgoD", "--protect-args", "-H", "-A"]),
    ("overload_args = -a '--chmod=u+r w'", ["-a", "--chmod=u+r w", "--protect-args"]),
    (
      #"exclude_list = "*.tmp","a b",'$(x)',"--delete""#,
      [
        "-lpgoD", "--protect-args", "--exclude=*.tmp", "--exclude=a b", "--exclude=$(x)",
        "--exclude=--delete", "-H", "-A", "-X",
      ]
    ),
    (
      "exclude_list = --exclude=/proc --exclude \"z w\"\n  --exclude '/sys'",
      [
        "-lpgoD", "--protect-args", "--exclude=/proc", "--exclude=z w", "--exclude=/sys", "-H",
        "-A", "-X",
      ]
    ),
    ("exclude_list =", ["-lpgoD", "--protect-args", "-H", "-A", "-X"]),
  ])
  func `a key of the section becomes exactly these options`(_ lines: String, _ options: [String])
    throws
  {
    let arguments = try Rsync(.rsync(lines)).onlyArguments()
    #expect(arguments == ["-rt"] + options + always() + Self.transport + Self.ends)
  }

  @Test(arguments: ["/cygdrive/c/Users", "cygdrive/d", "/data/cygdrive/c"])
  func `owners, modes and links are left out for Windows behind cygwin`(_ folder: String) throws {
    let arguments = try Rsync(.rsync("remote_dir = \(folder)")).onlyArguments()
    #expect(arguments.prefix(3) == ["-rt", "--protect-args", "--numeric-ids"])
    let chosen = try Rsync(.rsync("remote_dir = \(folder)\noverload_args = -l")).onlyArguments()
    #expect(chosen.prefix(4) == ["-rt", "-l", "--protect-args", "--numeric-ids"])
  }

  @Test(arguments: [
    ("bw_limit = 100", "--bwlimit=100"), ("compression_level = 3", "--compress-level=3"),
    ("idle_timeout = 2m", "--timeout=120"), ("connect_timeout = 4", "--contimeout=4"),
    ("one_file_system = yes", "-x"), ("fake_super = yes", "--fake-super"),
  ])
  func `a default of [global] holds where the section says nothing`(_ line: String, _ word: String)
    throws
  {
    let section = try Section.rsync()
    let parts = line.split(separator: " = ")
    var global = section
    global.globals[String(parts[0])] = .init(String(parts[1]), line: 5)
    #expect(try !Rsync(section).onlyArguments().contains(word))
    #expect(try Rsync(global).onlyArguments().contains(word))
  }

  @Test(arguments: [
    ("idle_timeout = 90", 90), ("idle_timeout = 1h", 3600), ("idle_timeout = 0", 0), ("", 600),
  ])
  func `the time without data is given in seconds`(_ lines: String, _ seconds: Int) throws {
    let arguments = try Rsync(.rsync(lines)).onlyArguments()
    #expect(arguments.contains("--timeout=\(seconds)"))
  }

  @Test(arguments: [
    ("rsync_port = 10873", ["--port=10873", "--contimeout=15"]),
    ("connect_timeout = 2m", ["--port=873", "--contimeout=120"]),
    // rsync takes 0 for "no limit"; a backup must never wait for ever to connect.
    ("connect_timeout = 0", ["--port=873", "--contimeout=1"]),
  ])
  func `port and connection time reach the daemon's options`(_ lines: String, _ words: [String])
    throws
  {
    let arguments = try Rsync(.rsync(lines)).onlyArguments()
    #expect(arguments.dropLast(3).suffix(2) == words[...])
  }

  @Test(arguments: [
    ("", "backup@web1.example.com::data/srv/"),
    ("remote_dir = /-e/x", "backup@web1.example.com::data/./-e/x/"),
    ("remote_dir = srv", "backup@web1.example.com::data/srv/"),
    ("remote_dir = /", "backup@web1.example.com::data/"),
    ("remote_dir = /a b/", "backup@web1.example.com::data/a b/"),
    ("rsync_module = data/\nremote_dir = srv/", "backup@web1.example.com::data/srv/"),
    ("server_name = 192.0.2.7", "backup@192.0.2.7::data/srv/"),
    ("server_name = 2001:db8::7", "backup@[2001:db8::7]::data/srv/"),
    ("server_name = [2001:db8::7]", "backup@[2001:db8::7]::data/srv/"),
    ("remote_dir = -e/$(x)", "backup@web1.example.com::data/./-e/$(x)/"),
  ])
  func `the source is user, host, module and path, with one slash at its end`(
    _ lines: String, _ source: String
  ) throws {
    let arguments = try Rsync(.rsync(lines)).onlyArguments()
    #expect(arguments.suffix(3).first == "--")
    #expect(arguments.dropLast().last == source)
  }

  @Test func `links stand behind all options, best target first`() throws {
    var workspace = Workspace.first
    workspace.linkTargets = ["/backup/web1/20261123-01h02m03", "/backup/web1/a b"]
    let arguments = try Rsync(.rsync()).onlyArguments(workspace)
    #expect(
      arguments == ["-rt", "-lpgoD", "--protect-args", "-H", "-A", "-X"] + always()
        + ["--link-dest=/backup/web1/20261123-01h02m03", "--link-dest=/backup/web1/a b"]
        + Self.transport + Self.ends)
  }

  @Test func `backups that may have gone bad are linked by content alone`() throws {
    var workspace = Workspace.first
    (workspace.linkTargets, workspace.comparesContent) = (["/backup/web1/a"], true)
    let arguments = try Rsync(.rsync()).onlyArguments(workspace)
    #expect(arguments.contains("--checksum"))
  }

  @Test func `a copy ends with its run, and has neither input nor variables of its own`() throws {
    var workspace = Workspace.first
    let deadline = Deadline(7200, from: .now)
    workspace.attempts.deadline = deadline
    let invocation = try Rsync(.rsync()).preview(into: workspace)[0]
    #expect(invocation.deadline == deadline && invocation.timeLimit == nil)
    #expect(invocation.input == .none)
    #expect(invocation.environment == [:])
  }

  @Test func `a login test lists the folder and nothing below it`() async throws {
    let transcript = Transcript([
      (
        "rsync --list-only --no-recursive --dirs --password-file=/etc/tis/web1.password"
          + " --port=873 --contimeout=15 -- backup@web1.example.com::data/srv/", Finished(0)
      )
    ])
    let found = try await Rsync(.rsync()).testConnection(using: transcript.world())
    #expect(found == ["the daemon lets us in and lists backup@web1.example.com::data/srv/"])
    transcript.expectFinished()
  }
}
