/// `RESTORE.txt`: the paper that lies on the disk for whoever finds it.
enum ExportPaper {
  static let text = """
    This disk holds copies of backups made by TISBackup.

    What is where
      SECTION/YYYYMMDD-HHhMMmSS/   the backup of SECTION that began at that local time
      MANIFEST.sha256              the SHA-256 of every file
      tisbackup.sqlite             the catalog of all runs, up to the export
      *.incoming, .trash-*         unfinished work: not a backup

    Is it whole? In the folder of this file:
      sha256sum --quiet -c MANIFEST.sha256

    How to restore
      Folders of files: copy them back with owners, modes and links:
        rsync -aHAX --numeric-ids SECTION/YYYYMMDD-HHhMMmSS/ root@SERVER:/path/
      NAME.sql.gz of MySQL or MariaDB:  zcat NAME.sql.gz | mysql NAME
      NAME.sql.gz of PostgreSQL:        zcat NAME.sql.gz | psql NAME
      NAME.xva of a Xen host:           xe vm-import filename=NAME.xva
      NAME.dump.gz of a Xen pool:       gunzip it, then xe pool-restore-database file-name=NAME.dump
      .txt, .cfg, .bin of a switch:     the configuration as the switch printed it

    """
}
