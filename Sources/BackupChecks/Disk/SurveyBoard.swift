import Glibc

/// What walkers share: the places still to be visited, and what was found.
///
/// It is never freed while a walker lives, and a walker may live as long as its file system is
/// dead: one that comes back late finds memory that is still there, and nobody listening.
///
/// Unchecked because everything that changes is behind `mutex`.
final class SurveyBoard: @unchecked Sendable {
  /// What one visit found.
  enum Answer: Sendable {
    case location(LocationState)
    case space(DiskSurvey.SpaceReading)
  }

  /// The places of one file system.
  private struct Group {
    var places: [Int]
    /// Places before this one have been begun.
    var next = 0
    var done = 0
    var walkers = 0
    /// `done` at the last look of whoever waits.
    var lastDone = 0
  }

  /// Walkers that may hang in one file system; each costs a thread.
  private static let mostWalkers = 8
  /// How often whoever waits looks whether walkers move.
  private static let patience = Duration.milliseconds(250)

  private let visit: @Sendable (Int) -> Answer
  private var groups: [Group]
  private var answers: [Answer?]
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let moved = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// A place for each element of `groups`; those of equal elements share a walker.
  init(groups keys: [some Hashable], visit: @escaping @Sendable (Int) -> Answer) {
    self.visit = visit
    answers = Array(repeating: nil, count: keys.count)
    groups = Dictionary(grouping: keys.indices) { keys[$0] }.values.map { Group(places: $0) }
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(moved, nil)
  }

  deinit {
    pthread_cond_destroy(moved)
    pthread_mutex_destroy(mutex)
    moved.deallocate()
    mutex.deallocate()
  }

  /// Visits all places and gives what was found until then; nil where nobody came back.
  func walk(until deadline: ContinuousClock.Instant?) -> [Answer?] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    for group in groups.indices { startWalker(in: group) }
    var nextLook = ContinuousClock.now + Self.patience
    while groups.contains(where: { $0.done < $0.places.count }) {
      let now = ContinuousClock.now
      if let deadline, now >= deadline { break }
      if now >= nextLook {
        joinStuckWalkers()
        nextLook = now + Self.patience
      }
      wait(for: min(nextLook - now, deadline.map { $0 - now } ?? Self.patience))
    }
    return answers
  }

  private func joinStuckWalkers() {
    for index in groups.indices {
      let group = groups[index]
      let isStuck = group.done == group.lastDone && group.next < group.places.count
      if isStuck && group.walkers < Self.mostWalkers { startWalker(in: index) }
      groups[index].lastDone = group.done
    }
  }

  private func wait(for duration: Duration) {
    var end = timespec()
    clock_gettime(CLOCK_REALTIME, &end)
    let nanoseconds = end.tv_nsec + Int(duration.components.attoseconds / 1_000_000_000)
    end.tv_sec += Int(duration.components.seconds) + nanoseconds / 1_000_000_000
    end.tv_nsec = nanoseconds % 1_000_000_000
    pthread_cond_timedwait(moved, mutex, &end)
  }

  /// Without a thread nothing is visited, and that is told as what it is: no answer.
  private func startWalker(in group: Int) {
    groups[group].walkers += 1
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 256 * 1024)
    let job = Unmanaged.passRetained(Job(board: self, group: group))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
        job.board.walk(group: job.group)
        return nil
      }, job.toOpaque())
    pthread_attr_destroy(&attributes)
    if status != 0 { job.release() }
  }

  private final class Job {
    let board: SurveyBoard
    let group: Int

    init(board: SurveyBoard, group: Int) { (self.board, self.group) = (board, group) }
  }

  private func walk(group: Int) {
    while let place = begin(in: group) {
      let answer = visit(place)
      pthread_mutex_lock(mutex)
      answers[place] = answer
      groups[group].done += 1
      let isDone = groups[group].done == groups[group].places.count
      pthread_mutex_unlock(mutex)
      if isDone { pthread_cond_signal(moved) }
    }
  }

  private func begin(in group: Int) -> Int? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard groups[group].next < groups[group].places.count else { return nil }
    defer { groups[group].next += 1 }
    return groups[group].places[groups[group].next]
  }
}
