import Glibc
import OutsideWorld
import Testing

struct OwnThreadTests {
  @Test func `many that wait in the kernel keep nobody waiting`() async {
    // More than there are threads for tasks: on those, the first would wait for the last for ever.
    let count = 64
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    let events = await withTaskGroup(of: Int32.self) { group in
      for _ in 0..<count {
        group.addTask {
          await OwnThread.run(until: .now + .seconds(600)) { $0.wait(for: POLLIN, on: reader) }
        }
      }
      group.addTask { Int32(write(writer, "x", 1)) }
      return await group.reduce(into: [Int32]()) { $0.append($1) }
    }
    #expect(events.count == count + 1 && events.allSatisfy { $0 == POLLIN || $0 == 1 })
    for end in ends { close(end) }
  }

  @Test func `work whose task is cancelled is told, and its time is over`() async {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let reader = ends[0]
    let task = Task {
      await OwnThread.run(until: .now + .seconds(600)) { time in
        (time.wait(for: POLLIN, on: reader), time.isCancelled, time.isOver)
      }
    }
    task.cancel()
    #expect(await task.value == (0, true, true))
    for end in ends { close(end) }
  }

  @Test func `time is over at its moment, and what is there is still seen then`() {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let past = TimeLeft(until: .now - .seconds(1))
    #expect(past.isOver && !past.isCancelled)
    #expect(past.wait(for: POLLIN, on: ends[0]) == 0)
    #expect(write(ends[1], "x", 1) == 1 && past.wait(for: POLLIN, on: ends[0]) == POLLIN)
    let future = TimeLeft(until: .now + .seconds(600))
    let part = future.atMost(milliseconds: 0)
    #expect(
      part.isOver && !future.isOver && future.atMost(milliseconds: 10_000_000).end == future.end)
    future.cancel()
    #expect(future.isOver && part.isCancelled)
    for end in ends { close(end) }
  }

  @Test func `a descriptor that is none ends the wait`() {
    #expect(TimeLeft(until: .now + .seconds(600)).wait(for: POLLIN, on: 1_000_000) & POLLNVAL != 0)
  }
}
