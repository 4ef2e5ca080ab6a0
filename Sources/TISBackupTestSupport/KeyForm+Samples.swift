import TISBackupCore

extension Key.Form {
  /// A value that is right.
  package var sample: String {
    switch self {
    case .text: "word"
    case .host: "web1.example.com"
    case .path, .remotePath: "/srv/a b"
    case .command, .localCommand: "/usr/bin/true 'a b'"
    case .words: "--one 'two three'"
    case .flag: "yes"
    case .number(let range): "\(range.lowerBound + 1)"
    case .span: "90s"
    case .size: "1.5GiB"
    case .percent: "50%"
    case .share: "5%"
    case .windows: "22:00-06:00"
    case .choice(let choices): choices[0]
    case .excludes: #""a","b*""#
    case .names: "shop,crm_*"
    case .url(let schemes): "\(schemes[0])://master.example.com:5665"
    case .template: "backup-{section}"
    case .servicePair: "{backup_host};tisbackup"
    case .fingerprint: Array(repeating: "aB", count: 32).joined(separator: ":")
    }
  }

  /// A value that is wrong; nil where any is right, or where only the file system knows.
  package var badSample: String? {
    switch self {
    case .number: "many"
    case .span: "soon"
    case .size, .percent, .share: "much"
    case .windows: "at night"
    case .words, .localCommand: "'open"
    case .excludes: "*.tmp"
    case .names: "shop,,crm"
    case .url: "master.example.com"
    case .template: "backup-{sektion}"
    case .servicePair: "tisbackup"
    case .fingerprint: String(repeating: "aB:", count: 31)
    case .text, .host, .path, .remotePath, .command, .flag, .choice: nil
    }
  }
}
