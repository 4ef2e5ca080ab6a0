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
      Folders of files, with owners, modes and links; with --fake-super if fake_super was on:
        rsync -aHAX --numeric-ids SECTION/YYYYMMDD-HHhMMmSS/ root@SERVER:/path/
      MySQL or MariaDB. NAME.sql.gz goes into a database that is there; databases.sql, if any,
      makes the empty ones, users.sql, if any, the accounts. Older clients stop at the first line of
      newer dumps: sed and tail drop it.
        mysql < databases.sql
        sed '1d; s/^CREATE USER /&IF NOT EXISTS /' users.sql | mysql
        zcat NAME.sql.gz | tail -n +2 | mysql --comments NAME
      PostgreSQL, as the user postgres. Roles first, then the empty databases, then what is in them:
        zcat globals-*.sql.gz | psql -X postgres
        psql -X -f databases.sql postgres
        zcat NAME-DATE.sql.gz | psql -X -v ON_ERROR_STOP=1 NAME
        pg_restore -e -d NAME NAME-DATE.dump
      NAME.xva of a Xen host:           xe vm-import filename=NAME.xva
      NAME.dump.gz of a Xen pool:       gunzip it, then xe pool-restore-database file-name=NAME.dump
      .txt, .cfg, .bin of a switch:     the configuration as the switch printed it
      A %2F in the name of a dump stands for a / in that of the database.

    """
}
