import CLinux
import Glibc
import SystemPackage
import TISBackupCore

/// A terminal that is ours.
///
/// It echoes nothing and changes nothing: what is written to it is read as it is.
struct PseudoTerminal {
  /// The size that the program is told: no line is broken by it, and no page is soon full.
  private static let (rows, columns): (UInt16, UInt16) = (1000, 1000)

  /// Our end; closing it hangs up on whoever has this as its terminal.
  let master: Int32
  /// The ends for a program: two of them, for one that stops waiting at the first must wait at the
  /// second all the same.
  let input: FileDescriptor
  let output: FileDescriptor

  init() throws(BackupError) {
    let master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard master >= 0 else { throw .system("cannot make a terminal") }
    var name = [CChar](repeating: 0, count: 128)
    guard grantpt(master) == 0, unlockpt(master) == 0, ptsname_r(master, &name, 128) == 0 else {
      defer { close(master) }
      throw .system("cannot make a terminal")
    }
    let ends = (0..<2).map { _ in open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) }
    guard ends.allSatisfy({ $0 >= 0 }) else {
      defer { for end in ends + [master] where end >= 0 { close(end) } }
      throw .system("cannot open a terminal")
    }
    Self.prepare(ends[0])
    self.master = master
    (input, output) = (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
  }

  private static func prepare(_ end: Int32) {
    var settings = termios()
    tcgetattr(end, &settings)
    cfmakeraw(&settings)
    tcsetattr(end, TCSANOW, &settings)
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(end, UInt(TIOCSWINSZ), &size)
  }
}
