import Foundation
import TISBackupTestSupport
import Testing

/// A tool that is killed again and again, on a site that is put back each time; after each kill all
/// that stands must be true, and the next run must make it right without help.
struct KillMatrix {
  /// A tool and its arguments, and the status it has to end with.
  struct Step {
    let tool: String
    var arguments: [String] = []
    var status: Int32 = 0
  }

  let site: KillMatrixSite
  let step: Step
  /// What else belongs to a night, after which nothing may be left over.
  var night: [Step] = []

  /// No tool makes one call so often on these small sites.
  private static let most = 100
  /// Seconds after which a tool that nobody kills hangs.
  private static let patience = 120.0
  /// After so many kills with something wrong the rest would say the same.
  private static let enough = 3

  /// Kills the tool at so many instants of its life, drawn from `seed`, and goes on until it was
  /// killed in so many phases, and in one with all of each of these `words`: where a machine is
  /// busier now than when that life was measured, all of those instants may come before the tool
  /// has done anything.
  ///
  /// Now and then a run is killed on what another killed one has left.
  func kill(times: Int, phases wanted: Int, words: [Set<String>] = [], seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var phases: Set<Set<String>> = []
    var (kills, bad, isOnRuins) = (0, 0, false)
    var life = try await lifetime()
    let untouched = try await untouchedPhase()
    var isDone: Bool {
      kills >= times && phases.count >= wanted
        && words.allSatisfy { words in phases.contains { $0.isSuperset(of: words) } }
    }
    for round in 0..<times * 6 where !isDone && bad < Self.enough {
      if !isOnRuins { try await site.reset() }
      let instant = Double.random(in: 0...1.1, using: &generator) * life
      let staysDown = Int.random(in: 0..<4, using: &generator) == 0
      let death = try await live(command, seconds: instant)
      let moment = "seed \(seed), round \(round), after \(instant) s of \(life) s"
      let (phase, complaints) = try await judge(death, repairs: !staysDown)
      kills += death.wasKilled ? 1 : 0
      if death.wasKilled { phases.insert(phase) }
      // A machine under load takes longer at one time than at another.
      if !death.wasKilled {
        life = max(death.seconds, life * 0.9)
      } else if instant > life * 0.6 {
        life *= phase == untouched ? 1.3 : 1.02
      }
      bad += complaints.isEmpty ? 0 : 1
      #expect(complaints == [], "\(step.tool), \(moment), \(phase.sorted())")
      isOnRuins = staysDown && death.wasKilled && complaints.isEmpty
    }
    #expect(isDone || bad == Self.enough, "\(kills) kills in \(phases)")
  }

  /// Kills the tool as it is about to make its first, its second, and every further one of each of
  /// these system calls, until it makes no more; gives the phases it was killed in.
  ///
  /// strace counts for each call and each thread apart, and on one processor Swift has one thread for
  /// all tasks; what the tool starts is left alone (`-b execve`).
  func kill(atEvery calls: [String]) async throws -> Set<Set<String>> {
    var phases: Set<Set<String>> = []
    var bad = 0
    for call in calls {
      var (number, isAlive) = (0, false)
      while !isAlive && number < Self.most && bad < Self.enough {
        number += 1
        try await site.reset()
        let death = try await live(Self.tracing(call, number) + command, seconds: Self.patience)
        let (phase, complaints) = try await judge(death, repairs: true)
        isAlive = !death.wasKilled
        if death.wasKilled { phases.insert(phase) }
        try #require(death.seconds < Self.patience, "\(step.tool), \(call) number \(number) hangs")
        bad += complaints.isEmpty ? 0 : 1
        #expect(complaints == [], "\(step.tool), \(call) number \(number), \(phase.sorted())")
      }
      #expect(number < Self.most)
    }
    return phases
  }

  /// What has the kernel kill a program before it makes a call for the Nth time.
  private static func tracing(_ call: String, _ number: Int) -> [String] {
    [
      "taskset", "-c", processor, "strace", "-f", "-b", "execve", "-qq", "-o", "/dev/null",
      "-e", "trace=\(call)", "-e", "inject=\(call):signal=SIGKILL:when=\(number)",
    ]
  }

  /// One of the processors that we may use.
  private static var processor: String {
    let status = (try? text("/proc/self/status")) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let all = (line?.dropFirst(18) ?? "0").split { !$0.isNumber }
    return String(all.randomElement() ?? "0")
  }

  private var command: [String] {
    [toolPath(step.tool), "-c", site.server.ini, "-q"] + step.arguments
  }

  private func live(_ line: [String], seconds: Double) async throws -> KilledProgram {
    let temporary = "\(site.folder)/tmp"
    try makeFolder(temporary)
    return try await KilledProgram.run(
      ["env", "TMPDIR=\(temporary)", "TISBACKUP_STATE=\(site.folder)/state"] + line,
      seconds: seconds, output: "\(site.folder)/said")
  }

  /// Seconds that the tool takes here and now when nobody kills it.
  private func lifetime() async throws -> Double {
    try await site.reset()
    let whole = try await live(command, seconds: Self.patience)
    let said = try text("\(site.folder)/said")
    try #require(whole.status == step.status, "\(said)")
    return whole.seconds
  }

  /// What is told of a tool that was killed before it had done anything.
  private func untouchedPhase() async throws -> Set<String> {
    try await site.reset()
    return try await KillMatrixAftermath.look(at: site, asks: false).phase
  }

  /// Looks at what stands after a kill, and, unless it is to stay so, after the next run.
  private func judge(_ death: KilledProgram, repairs: Bool) async throws
    -> (phase: Set<String>, complaints: [String])
  {
    let ruins = try await KillMatrixAftermath.look(at: site, asks: true)
    var complaints = ruins.complaints
    guard death.wasKilled else {
      if death.status != step.status {
        complaints.append("status \(death.status): \(try text("\(site.folder)/said"))")
      }
      return (ruins.phase, complaints)
    }
    guard repairs else { return (ruins.phase, complaints) }
    for next in [step] + night {
      let result = try await tool(
        next.tool, ["-c", site.server.ini, "-q"] + next.arguments)
      if result.status != next.status {
        complaints.append(
          "the next \(next.tool) ends with \(result.status): \(result.stdout)\(result.stderr)")
      }
    }
    let settled = try await KillMatrixAftermath.look(at: site, asks: false)
    complaints += settled.complaints.map { "after the next run: \($0)" }
    complaints += settled.leftovers.map { "left over: \($0)" }
    return (ruins.phase, complaints)
  }
}
