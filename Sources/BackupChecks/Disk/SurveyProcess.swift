import CLinux
import FoundationEssentials
import Glibc

/// Makes a survey in a child process, so that the caller can always end.
///
/// A thread that waits for a dead FUSE file system, such as sshfs, cannot be killed, and a process
/// does not end before its threads: a plugin that had long answered would hang until somebody
/// unmounts. (A dead NFS server is kinder.) So it is a child that waits; it holds none of the
/// caller's descriptors, for a monitoring server reads until the last of them is closed.
enum SurveyProcess {
  /// Findings on their way through the pipe; nearly every place is there, so only the others travel.
  private struct Message: Codable {
    var count: Int
    var others: [Int: LocationState] = [:]
    var space: FileSystemSpace?
    var spaceProblem: String

    init(_ findings: DiskSurvey.Findings) {
      (count, space) = (findings.locations.count, findings.space)
      spaceProblem = findings.spaceProblem
      for (index, state) in findings.locations.enumerated() where state != .present {
        others[index] = state
      }
    }

    var findings: DiskSurvey.Findings {
      DiskSurvey.Findings(
        locations: (0..<count).map { others[$0] ?? .present }, space: space,
        spaceProblem: spaceProblem)
    }
  }

  /// How much later than the deadline the findings may arrive, in milliseconds.
  private static let grace: Int64 = 500

  /// What `survey` found in the child; nil when nothing came back in time.
  ///
  /// Call it before there are threads: the child of a process with threads may do next to nothing.
  static func findings(
    until deadline: ContinuousClock.Instant?, _ survey: () -> DiskSurvey.Findings
  ) -> DiskSurvey.Findings? {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { return survey() }
    let child = tis_fork()
    guard child != 0 else { tell(survey(), to: apart(ends[1])) }
    close(ends[1])
    defer { close(ends[0]) }
    guard child > 0 else { return survey() }
    let message = read(ends[0], until: deadline)
    waitpid(child, nil, WNOHANG)
    return message.flatMap { try? JSONDecoder().decode(Message.self, from: $0) }?.findings
  }

  /// Lets go of everything that is the caller's.
  private static func apart(_ pipe: Int32) -> Int32 {
    setsid()
    for number in [SIGTERM, SIGHUP, SIGINT] { signal(number, SIG_DFL) }
    let nowhere = open("/dev/null", O_RDWR)
    for descriptor: Int32 in 0...2 where nowhere >= 0 { dup2(nowhere, descriptor) }
    return pipe
  }

  private static func tell(_ findings: DiskSurvey.Findings, to pipe: Int32) -> Never {
    var rest = (try? JSONEncoder().encode(Message(findings))).map(Array.init)?[...] ?? []
    // The caller reads no further than this: a child that hangs never closes its end.
    var length = UInt32(rest.count)
    _ = withUnsafeBytes(of: &length) { write(pipe, $0.baseAddress, $0.count) }
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(pipe, $0.baseAddress, $0.count) }
      guard written > 0 || errno == EINTR else { break }
      rest = rest.dropFirst(max(0, written))
    }
    _exit(0)
  }

  private static func read(_ pipe: Int32, until deadline: ContinuousClock.Instant?) -> Data? {
    guard let head = bytes(4, from: pipe, until: deadline) else { return nil }
    let length = head.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    return bytes(Int(length), from: pipe, until: deadline).map { Data($0) }
  }

  private static func bytes(
    _ count: Int, from pipe: Int32, until deadline: ContinuousClock.Instant?
  ) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count < count {
      var input = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      let ready = poll(&input, 1, patience(until: deadline))
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else { return nil }
      let got = Glibc.read(pipe, &buffer, min(buffer.count, count - bytes.count))
      guard got > 0 else { return nil }
      bytes += buffer[..<got]
    }
    return bytes
  }

  /// Milliseconds that are left, -1 for ever.
  private static func patience(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let (seconds, attoseconds) = (deadline - .now).components
    let left = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + grace
    return Int32(clamping: max(0, left))
  }
}
