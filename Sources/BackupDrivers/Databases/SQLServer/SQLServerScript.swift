/// What runs on the machine of a server: scripts of a POSIX shell, whose words are their arguments.
enum SQLServerScript {
  /// Backs up into `file`, and writes that to the standard output; it is gone afterwards.
  static func fetch(
    _ file: String, _ backup: String, _ verification: String?, _ client: SQLServerClient
  ) -> [String] {
    ["sh", "-c", asking(client) + fetching, "sh", file, backup, verification ?? ""] + client.words
  }

  /// Looks whether `folder` is there and can be written into, and asks the server.
  static func look(in folder: String, asking question: String, _ client: SQLServerClient)
    -> [String]
  {
    ["sh", "-c", asking(client) + looking, "sh", folder] + client.words + [question]
  }

  /// Reads the password, where there is one, and sets it for the program alone.
  ///
  /// 255 is ssh's own status, and would be taken for a connection that failed.
  private static func asking(_ client: SQLServerClient) -> String {
    let (reading, setting) =
      client.passwordVariable.map { ("IFS= read -r p\n", "\($0)=$p ") } ?? ("", "")
    return reading
      + "ask() { \(setting)\"$@\" </dev/null; s=$?; [ $s -ne 255 ] || s=1; return $s; }\n"
  }

  /// Removed first: a server refuses to write over what a run that was killed left half written.
  ///
  /// The last command ends nothing by itself, so that the file goes in any case: also when nobody
  /// reads any more (PIPE).
  private static let fetching = """
    f=$1 backup=$2 verification=$3; shift 3
    trap 'rm -f -- "$f"' EXIT; trap 'exit 1' HUP INT PIPE TERM
    rm -f -- "$f" && ask "$@" "$backup" >&2 \
      && { [ -z "$verification" ] || ask "$@" "$verification" >&2; } \
      && cat -- "$f" && rm -f -- "$f"
    exit
    """

  private static let looking = """
    d=$1; shift
    command -v "$1" >/dev/null || { echo "$1: not found" >&2; exit 127; }
    [ -d "$d" ] && [ -w "$d" ] || { echo "'$d' is no folder that this login may write into" >&2; exit 1; }
    ask "$@"
    """
}
