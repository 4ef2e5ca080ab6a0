import CLinux
import Glibc
import SystemPackage
import TISBackupCore

/// A pipe between a program and a thread of ours that reads what it says, or says what it reads.
struct PipeThread {
  /// The end for the program, to be closed in this process once it has started.
  let programEnd: FileDescriptor
  /// What came through it, when it ends at a sink.
  let reader: PipeReader?
  private let ownEnd: Int32
  private let work: @Sendable (Int32) -> Void

  /// A pipe whose content goes to `sink`.
  init(to sink: any OutputSink) throws(BackupError) {
    let ends = try Self.pipe()
    let reader = PipeReader(ends.reader)
    (ownEnd, programEnd) = (ends.reader, FileDescriptor(rawValue: ends.writer))
    (self.reader, work) = (reader, { _ in sink.drain(reader) })
  }

  /// A pipe that `source` fills.
  init(from source: any InputSource) throws(BackupError) {
    let ends = try Self.pipe()
    (ownEnd, programEnd) = (ends.writer, FileDescriptor(rawValue: ends.reader))
    (reader, work) = (nil, { source.feed($0) })
  }

  /// Works until the pipe is at its end.
  func run() async {
    let (descriptor, work) = (ownEnd, work)
    await OwnThread.run {
      // A program that reads no more is an error of write(2), not the end of this process.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      work(descriptor)
      close(descriptor)
    }
  }

  private static func pipe() throws(BackupError) -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .system("cannot make a pipe") }
    // As much as an unprivileged process may have (`pipe(7)`): fewer switches between the two.
    // 1031 is F_SETPIPE_SZ of fcntl(2), which Swift's Glibc module lacks.
    _ = fcntl(ends[1], 1031, 1 << 20)
    return (ends[0], ends[1])
  }
}
