import Foundation
import TISBackupTestSupport
import Testing

@Suite("a server of TISBackup is taken over as it stands", .scratch)
struct TakeoverTests {
  /// What every server has that was set up from TISBackup's own sample.
  private static let sections = """

    ; a comment
    # another
    [srvads-poudlard_save_etc]
    type = rsync+ssh
    server_name = srvads.poudlard.lan
    remote_dir = /etc/
    compression = True
    ;exclude_list = "/proc/**","/sys/**","/dev/**"
    exclude_list = "*.tmp",
      '/proc/**'
    private_key = /root/.ssh/id_rsa
    ssh_port = 22
    remote_user : root
    overload_args = --one-file-system -a

    [srvintranet_mysql_mediawiki]
    type=mysql+ssh
    server_name=srvintranet
    private_key=/root/.ssh/id_dsa
    db_name=mediawiki
    db_user=user
    db_passwd=pa%ss;word#1

    [vm1]
    type: xen-xva
    xcphost: srvxen1-test
    server_name: vm1
    password_file: /root/xen_passwd
    verify_export: True

    [meta]
    type=xcp-dump-metadata
    server_name=srvxen1
    private_key=/root/.ssh/id_rsa

    ; remote_user is root where nobody says otherwise
    [srv2]
    type=rsync+ssh
    server_name=srv2
    remote_dir=/srv/
    private_key=/root/.ssh/id_rsa

    [gateway]
    type=null
    server_name=fwall

    """

  @Test("its ini has no errors, and backups of every type in it can be taken")
  func configuration() async throws {
    let server = try await OldServer.make(Self.sections)
    let result = try await server.tool("tisbackup-run", "--check-config")
    #expect(result.status == 0, "\(result.stdout)")
    #expect(result.stdout.hasSuffix("6 sections, 0 errors, 0 warnings\n"), "\(result.stdout)")
  }

  @Test("backups of every type are checked, listed and cleaned from its catalog")
  func otherTypes() async throws {
    let server = try await OldServer.make(Self.sections)
    try await server.add(.init(section: "srvads-poudlard_save_etc", ago: 5))
    try await server.add(.init(section: "srvintranet_mysql_mediawiki", ago: 5))
    for (section, name) in [("vm1", "vm1-20200101-01h01m01.xva"), ("vm1", "vm1-new.xva")] {
      try makeFolder("\(server.base)/\(section)")
      try write("xva", to: "\(server.base)/\(section)/\(name)")
    }
    try await server.add(
      .init(section: "vm1", ago: 5, location: "\(server.base)/vm1/vm1-new.xva"), onDisk: false)
    try await server.add(
      .init(section: "vm1", ago: 2000, location: "\(server.base)/vm1/vm1-20200101-01h01m01.xva"),
      onDisk: false)
    let check = try await server.check("-x", "meta,srv2")
    #expect(check.status == 0, "\(check.stdout)")
    let status = try await server.tool("tisbackup-status", "-s", "vm1")
    #expect(status.stdout.split(separator: "\n").count == 3)
    let cleanup = try await server.tool("tisbackup-cleanup")
    #expect(cleanup.status == 0, "\(cleanup.stdout)\(cleanup.stderr)")
    #expect(names("\(server.base)/vm1").filter { $0.hasSuffix(".xva") } == ["vm1-new.xva"])
    let types = try await sqlite(
      server.catalog, "SELECT TYPE FROM stats WHERE backup_name='vm1' ORDER BY backup_start")
    #expect(types == ["CLEAN", "BACKUP"])
  }

  @Test("a catalog from before TYPE is checked without a change, and migrated by the first run")
  func withoutType() async throws {
    let site = try await Site.start()
    let old = try await OldServer.make(OldServer.section("web1"), withType: false)
    try await old.add(.init(ago: 3, type: nil))
    #expect(try await old.check().stdout.contains("OK - web1: last OK 2h 54m ago"))
    try site.configure(site.section("web1"))
    #expect(try await site.run().status == 0)
    let rows = try await site.rows("SELECT status, TYPE FROM stats ORDER BY rowid")
    #expect(rows == ["OK|BACKUP", "OK|BACKUP"])
  }

  @Test("its newest good folder is what unchanged files are linked to; its leftovers are taken up")
  func folders() async throws {
    let site = try await Site.start()
    let old = try await OldServer.make()
    let place = try await old.add(.init(ago: 20))
    unlink("\(place)/file")
    let copied = try await program(["cp", "-a", "\(site.source)/.", place])
    #expect(copied.status == 0)
    // A run of TISBackup that was killed: files linked to the good one, and a row for ever Running.
    let leftover = "\(site.base)/web1/20201010-01h01m01.rsync"
    let linked = try await program(["cp", "-al", place, leftover])
    #expect(linked.status == 0)
    try await old.add(.init(ago: 300, status: "Running", hasLocation: false))
    try site.configure(site.section("web1"))
    let result = try await site.run()
    #expect(result.status == 0, "\(result.stderr)")
    #expect(!exists(leftover))
    let new = "\(site.base)/web1/\(site.snapshots().last ?? "")"
    #expect(new != place)
    let before = try facts("\(place)/big.bin")
    #expect(try facts("\(new)/big.bin").inode == before.inode)
    #expect(before.links == 2)
  }

  @Test("TISBackup finds in our rows the columns, words and forms it writes itself")
  func ourRows() async throws {
    let site = try await Site.start()
    _ = try await OldServer.make()
    try site.configure(site.section("web1"))
    #expect(try await site.run().status == 0)
    let schema = try await site.rows("SELECT name FROM pragma_table_info('stats')")
    #expect(
      schema.prefix(14) == [
        "backup_name", "server_name", "description", "backup_start", "backup_end",
        "backup_duration", "total_files_count", "written_files_count", "total_bytes",
        "written_bytes", "status", "log", "backup_location", "TYPE",
      ])
    // The statement with which TISBackup itself looks for the last backups of a section.
    let found = try await site.rows(
      """
      select backup_location from stats where backup_name='web1' and status='OK' and TYPE='BACKUP'
        and backup_start like '____-__-__T__:__:__.%' and backup_end >= backup_start
        and typeof(backup_duration)='real' or backup_duration = 0 order by backup_start desc limit 1
      """)
    #expect(found == ["\(site.base)/web1/\(site.snapshots()[0])"])
    #expect(try await site.rows("PRAGMA journal_mode") == ["delete"])
    #expect(try await site.rows("PRAGMA integrity_check") == ["ok"])
  }

  @Test("TISBackup goes on writing and cleaning in a catalog of ours, and we read what it wrote")
  func theirRows() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let ours = site.snapshots()[0]
    let theirs = "20261231-10h00m00"
    try makeFolder("\(site.base)/web1/\(theirs)")
    // Its own statements: begin, finish, and the mark of its cleanup.
    try await sqlite(
      site.catalog,
      """
      insert into stats (backup_name,server_name,description,backup_start,backup_end,
        backup_duration,total_files_count,written_files_count,total_bytes,written_bytes,status,log,
        backup_location,TYPE) values ('web1','s','',strftime('%Y-%m-%dT%H:%M:%f000','now',
        'localtime'),strftime('%Y-%m-%dT%H:%M:%f000','now','localtime'),NULL,NULL,NULL,NULL,NULL,
        'Running','',NULL,'BACKUP');
      update stats set total_files_count=3,written_files_count=1,total_bytes=5000.0,
        written_bytes=100.0,log='Number of files: 3',status='OK',backup_duration=0.1,
        backup_location='\(site.base)/web1/\(theirs)' where rowid=2;
      update stats set TYPE="CLEAN" where backup_name='web1'
        and backup_location='\(site.base)/web1/\(ours)';
      """)
    let check = try await site.check()
    #expect(check.status == 0)
    #expect(check.stdout.contains("'web1_size'=5000B"))
    let status = try await site.tool("tisbackup-status")
    #expect(status.stdout.contains("web1\tCLEAN\t"))
    // What it calls clean is no backup to link to any more, but its own folder is.
    let preview = try await site.run("--dry-run")
    #expect(preview.stdout.contains("--link-dest=\(site.base)/web1/\(theirs)"))
    #expect(!preview.stdout.contains("web1/\(ours)"))
  }

  @Test("a section that TISBackup is at work on is left alone")
  func oldLock() async throws {
    let site = try await Site.start()
    try makeFolder("\(site.base)/web1")
    try write("pid=\(getpid())\nbackup_time=20261123-10h00m00", to: "\(site.base)/web1/lock")
    let result = try await site.run()
    #expect(result.status == 1)
    #expect(result.stdout.contains("TISBackup is at work on it"))
    try write("pid=999999999\n", to: "\(site.base)/web1/lock")
    #expect(try await site.run().status == 0)
  }
}
