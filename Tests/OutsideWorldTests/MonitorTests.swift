import OutsideWorld
import Testing

/// Threads that wait for each other.
struct MonitorTests {
  @Test func `what one thread changes, another that waits for it sees`() async {
    let monitor = Monitor([Int]())
    async let received = OwnThread.run {
      (0..<1000).map { _ in monitor.wait { $0.isEmpty ? nil : $0.removeFirst() } }
    }
    async let sent: Void = OwnThread.run {
      for number in 0..<1000 {
        monitor.wait { $0.count < 3 ? () : nil }
        monitor.update { $0.append(number) }
      }
    }
    await sent
    #expect(await received == Array(0..<1000))
  }

  @Test func `every thread that waits is woken, not only one of them`() async {
    let monitor = Monitor(false)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { await OwnThread.run { monitor.wait { $0 ? () : nil } } } }
      monitor.update { $0 = true }
      for await _ in group {}
    }
  }
}
