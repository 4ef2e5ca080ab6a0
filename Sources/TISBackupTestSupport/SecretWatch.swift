import Foundation
import Glibc
import Synchronization

/// Looks into the processes of this machine for secrets that anybody could read there.
package struct SecretWatch {
  /// What was seen until now.
  private struct Sight: Sendable {
    var leaks: Set<String> = []
    var rounds = 0
  }

  /// Reads the command line and the environment of every process but this one again and again while
  /// `body` runs; gives where one of `secrets` was, and how many times all were read.
  ///
  /// A process shorter than a round, a few milliseconds, may escape.
  package static func leaks<R>(
    of secrets: [String], during body: () async throws -> R
  ) async throws -> (result: R, leaks: [String], rounds: Int) {
    let (sights, seen) = AsyncStream<Sight>.makeStream()
    let isOver = Flag()
    Thread.detachNewThread {
      watch(for: secrets.map { Array($0.utf8) }, until: isOver) { seen.yield($0) }
      seen.finish()
    }
    var reports = sights.makeAsyncIterator()
    // From here on the watch is awake.
    var last = await reports.next() ?? Sight()
    let outcome: Result<R, any Error>
    do {
      outcome = .success(try await body())
    } catch {
      outcome = .failure(error)
    }
    isOver.raise()
    while let sight = await reports.next() { last = sight }
    return (try outcome.get(), last.leaks.sorted(), last.rounds)
  }

  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
  }

  /// Tells after the first round and after the last, which begins when it is over.
  private static func watch(
    for secrets: [[UInt8]], until isOver: Flag, _ tell: (Sight) -> Void
  ) {
    var (sight, reader) = (Sight(), Reader())
    var isLast = false
    repeat {
      isLast = isOver.isRaised
      for pid in processes() { sight.leaks.formUnion(leaks(of: secrets, in: pid, &reader)) }
      sight.rounds += 1
      if sight.rounds == 1 || isLast { tell(sight) }
      usleep(2000)
    } while !isLast
  }

  private static func processes() -> [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [Int32] = []
    while let entry = readdir(folder) {
      let pid = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
      }
      if pid > 0, pid != getpid() { found.append(pid) }
    }
    return found
  }

  private static func leaks(
    of secrets: [[UInt8]], in pid: Int32, _ reader: inout Reader
  ) -> [String] {
    ["cmdline", "environ"].compactMap { file in
      guard reader.read("/proc/\(pid)/\(file)"), secrets.contains(where: reader.holds) else {
        return nil
      }
      let words = reader.bytes.split(separator: 0).filter { word in
        file == "cmdline" || secrets.contains { holds(word, $0) }
      }
      let text = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
      return "\(file) of \(pid) (\(SeenProcess(pid)?.name ?? "gone")): \(text)"
    }
  }

  /// Reads small files into the same memory over and over.
  private struct Reader {
    private var memory = [UInt8](repeating: 0, count: 1 << 16)
    private var count = 0

    var bytes: ArraySlice<UInt8> { memory[..<count] }

    /// False when there is nothing to read, or it is not for us.
    mutating func read(_ path: String) -> Bool {
      count = 0
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      while true {
        let got = memory.withUnsafeMutableBytes { space in
          Glibc.read(descriptor, space.baseAddress.map { $0 + count }, space.count - count)
        }
        guard got > 0 else { return count > 0 }
        count += got
        if count == memory.count { memory += [UInt8](repeating: 0, count: count) }
      }
    }

    func holds(_ secret: [UInt8]) -> Bool { SecretWatch.holds(bytes, secret) }
  }

  /// By calls of the C library, for there is much to read and a debug build is slow.
  private static func holds(_ text: ArraySlice<UInt8>, _ secret: [UInt8]) -> Bool {
    guard let first = secret.first else { return false }
    return text.withUnsafeBytes { space in
      guard var place = space.baseAddress else { return false }
      let end = place + space.count
      while let found = memchr(place, Int32(first), end - place) {
        let hit = UnsafeRawPointer(found)
        guard end - hit >= secret.count else { return false }
        if memcmp(hit, secret, secret.count) == 0 { return true }
        place = hit + 1
      }
      return false
    }
  }
}
