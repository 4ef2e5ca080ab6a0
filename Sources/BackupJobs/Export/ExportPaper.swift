import TISBackupCore

/// `RESTORE.txt`: the paper that lies on the disk for whoever finds it, who knows neither this server
/// nor its ini file.
struct ExportPaper {
  /// What lies on the disk of one section.
  private struct Copies {
    var section: String
    /// What it is, in words; nil when the ini does not know it any more.
    var words: String?
    var type: String?
    /// `YYYYMMDD-HHhMMmSS`, newest first.
    var generations: [String]
    var hasArchives: Bool
  }

  private let machine: String
  private let written: String
  private let copies: [Copies]

  /// Looks at what is on the target now; `machine` is this backup server.
  init(
    _ configuration: Configuration, target: String, written: Instant, by machine: String,
    zone: LocalZone
  ) {
    (self.machine, self.written) = (machine, written.displayText(in: zone))
    copies = DiskLayout.names(in: target).compactMap { name in
      let folder = "\(target)/\(name)"
      let generations = Array(ExportGenerations(folder, zone: zone).names.reversed())
      guard !generations.isEmpty else { return nil }
      let section = configuration.sections.first { $0.name == name }
      return Copies(
        section: name,
        words: section.map { "\($0.type?.summary ?? $0.typeName), of \($0.server)" },
        type: section?.type?.name, generations: generations,
        hasArchives: generations.contains { !ArchiveParts.paths(in: "\(folder)/\($0)").isEmpty })
    }
  }

  var text: String { ([head] + chapters).joined(separator: "\n") + "\n" }

  private var head: String {
    """
    This disk holds copies of backups. They were made by TISBackup on the machine '\(machine)';
    the last came on \(written). To read them you need any Linux machine, and to restore
    files with their owners you need to be root there.

    What is here
    \(contents)
      MANIFEST.sha256              the SHA-256 of every file of the copies
      tisbackup.sqlite             the catalog of all runs, up to the export
      SECTION/.DATE.json           what the run that took the backup said of it
      SECTION/.DATE.manifest       every name in it, with size, time and SHA-256
      *.incoming, .trash-*         unfinished work: not a backup

    SECTION is one of the names above, DATE one of its dates: the local time at which the backup
    began. The newest is the first. Passwords and keys of the backup server are not here.

    Is it whole? In the folder of this file; it prints nothing when all is well:
      sha256sum --quiet -c MANIFEST.sha256

    """
  }

  private var contents: String {
    guard !copies.isEmpty else { return "  nothing yet" }
    return copies.map { copy in
      let words = ExportDisk.clean(copy.words ?? "a section the backup server no longer has")
      return "  \(copy.section)/: \(words)\n"
        + copy.generations.map { "      \($0)/" }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// How to restore what is here; all there is where nobody knows what it is.
  private var chapters: [String] {
    let types = Set(copies.map { $0.type ?? "" })
    let isUnknown = types.contains("") || copies.isEmpty
    func has(_ names: String...) -> Bool { isUnknown || !types.isDisjoint(with: names) }
    let trees = ["rsync", "rsync+ssh", "rsync+btrfs", "rsync+btrfs+ssh"]
    let hasFiles = copies.contains { !$0.hasArchives && trees.contains($0.type ?? "") }
    return [
      isUnknown || hasFiles ? Self.files : nil,
      copies.contains(where: \.hasArchives) ? Self.archives : nil,
      has("mysql+ssh") ? Self.mysql : nil, has("pgsql+ssh") ? Self.postgresql : nil,
      has("samba4") ? Self.samba : nil, has("sqlserver+ssh") ? Self.sqlserver : nil,
      has("xen-xva", "xen-meta-data") ? Self.xen : nil, has("switch") ? Self.switches : nil,
    ].compactMap(\.self)
  }

  private static let files = """
    Files: rsync, rsync+ssh
      With owners, modes and links, to another machine; with --fake-super before SECTION if
      fake_super was on. Leave the machine out to restore on this one.
        rsync -aHAXS --numeric-ids SECTION/DATE/ root@SERVER:/path/
      A single file is there under its own name: copy it.

    """
  private static let archives = """
    Archives: SECTION/DATE/SECTION.tar.0000, .0001, ...
      This disk keeps no owners, modes and links, so these backups are archives. The parts are one
      when they are read one after the other. What is in it; all of it, as root, into a folder that
      is there; and one file, by its name as the list has it:
        cat SECTION/DATE/SECTION.tar.* | tar -tvf -
        cat SECTION/DATE/SECTION.tar.* | tar -xpf - --xattrs '--xattrs-include=*' --acls --numeric-owner -C /path
        cat SECTION/DATE/SECTION.tar.* | tar -xpf - --xattrs '--xattrs-include=*' --acls --numeric-owner -C /path ./NAME

    """
  private static let mysql = """
    MySQL or MariaDB: mysql+ssh
      In the folder SECTION/DATE. NAME.sql.gz goes into a database that is there; databases.sql, if any,
      makes the empty ones, users.sql, if any, the accounts. Older clients stop at the first line of
      newer dumps: sed and tail drop it.
        mysql < databases.sql
        sed '1d; s/^CREATE USER /&IF NOT EXISTS /' users.sql | mysql
        zcat NAME.sql.gz | tail -n +2 | mysql --comments NAME
      A %2F in the name of a dump stands for a / in that of the database.

    """
  private static let postgresql = """
    PostgreSQL: pgsql+ssh
      In the folder SECTION/DATE, as the user postgres. Roles first, then the empty databases, then what
      is in them; NAME-DATE.dump instead of NAME-DATE.sql.gz goes through pg_restore:
        zcat globals-*.sql.gz | psql -X postgres
        psql -X -f databases.sql postgres
        zcat NAME-DATE.sql.gz | psql -X -v ON_ERROR_STOP=1 NAME
        pg_restore -e -d NAME NAME-DATE.dump

    """
  private static let samba = """
    Samba: samba4
      In the folder SECTION/DATE, with Samba stopped. NAME.tisbackup.gz is the database NAME: metadata.tdb
      and names with a = in them belong into private/sam.ldb.d, the others into private:
        zcat NAME.tisbackup.gz > /var/lib/samba/private/NAME

    """
  private static let sqlserver = """
    Microsoft SQL Server: sqlserver+ssh
      NAME-DATE.bak.gz, unpacked where the server may read it, and then, told to the server:
        RESTORE DATABASE [NAME] FROM DISK = N'FILE' WITH REPLACE

    """
  private static let xen = """
    Virtual machines and pools of Xen
      NAME.xva of a Xen host:           xe vm-import filename=NAME.xva
      NAME.dump.gz of a Xen pool:       gunzip it, then xe pool-restore-database file-name=NAME.dump

    """
  private static let switches = """
    Switches
      .txt, .cfg, .bin: the configuration as the switch printed it

    """
}
