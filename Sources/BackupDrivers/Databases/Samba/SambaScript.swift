/// What runs on a domain controller: scripts of a POSIX shell, whose words are their arguments.
enum SambaScript {
  /// Whether what a killed run left there is removed, too.
  enum Manner: String { case looking, tidying }

  /// What comes before the databases in the answer to the question.
  static let marker = "databases"

  /// Lists the databases of a folder: the first bytes of each as hexadecimal digits, and its path,
  /// all ended by NUL, which no name can hold.
  static func question(_ folder: String, _ manner: Manner) -> [String] {
    ["sh", "-c", list, "sh", folder, manner.rawValue]
  }

  /// Writes the copy of one database to the standard output.
  static func copy(_ path: String, of folder: String, isLMDB: Bool) -> [String] {
    ["sh", "-c", isLMDB ? copyLMDB : copyTDB, "sh", folder, path]
  }

  /// A folder that is left has the number of the process that made it in its name: while that one
  /// lives, it is at work.
  ///
  /// A wildcard finds nothing in a folder that may not be read, which would pass for a small backup.
  private static let list = """
    cd -- "$1" || exit 1
    for d in private private/sam.ldb.d; do
      [ ! -d "$d" ] && [ "$d" != private ] || { [ -r "$d" ] && [ -x "$d" ]; } \
        || { echo "$1: '$d' is not there, or may not be read" >&2; exit 1; }
    done
    command -v tdbbackup || { echo "tdbbackup: not found" >&2; exit 127; }
    mdb_copy -V 2>/dev/null
    if [ "$2" = tidying ]; then
      for d in .tisbackup.*.*; do
        [ -d "$d" ] && [ ! -L "$d" ] || continue
        p=${d#.tisbackup.}; p=${p%%.*}
        case $p in ''|*[!0-9]*) continue ;; esac
        kill -0 "$p" 2>/dev/null || rm -rf -- "$d" 2>/dev/null
      done
    fi
    printf '%s\\0' \(marker)
    for f in private/sam.ldb.d/*.ldb private/sam.ldb.d/*.tdb private/*.ldb private/*.tdb; do
      [ -f "$f" ] || { [ -L "$f" ] && [ ! -e "$f" ]; } || continue
      printf '%s\\0%s\\0' "$(od -An -v -tx1 -N32 "$f" | tr -d ' \\n')" "$f"
    done
    """

  /// Copies by way of a link in a folder of our own, which is not below `/tmp`: databases hold secrets,
  /// and may be large.
  ///
  /// `tdbbackup` puts its copy beside the name it is given, and locks the file that is meant; so
  /// nothing appears among the databases.
  ///
  /// The last command ends nothing by itself, so that the folder goes in any case: also when nobody
  /// reads any more (PIPE).
  private static let copyTDB = """
    d=; trap '[ -z "$d" ] || rm -rf -- "$d"' EXIT; trap 'exit 1' HUP INT PIPE TERM
    cd -- "$1" && d=$(mktemp -d "$PWD/.tisbackup.$$.XXXXXX") && ln -s "$PWD/$2" "$d/db" \
      && tdbbackup -s .tisbackup "$d/db" >&2 && cat "$d/db.tisbackup"
    exit
    """

  /// Copies by the real name, for the lock of an LMDB is a file beside it, which Samba has made.
  private static let copyLMDB = """
    cd -- "$1" && exec mdb_copy -n "$PWD/$2"
    """
}
