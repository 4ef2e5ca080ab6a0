import Monitoring
import TISBackupCore

/// Asks whether the file system of the base folder has room and inodes for the next backups.
package struct FreeSpace: CheckRule {
  package init() {}

  package func evaluate(_ facts: SpaceFacts) -> Finding {
    guard let space = facts.space else {
      return facts.limits.areGiven
        ? Finding(.unknown, "free space cannot be read: \(facts.problem)") : Finding(.ok, "")
    }
    let findings = [
      space.isReadOnly ? Finding(.warning, "mounted read-only: no backup can be written") : nil,
      percent(space, facts.limits.limits(inPercent: true)),
      bytes(space, facts.limits.limits(inPercent: false)), inodes(space, facts.limits.inodes),
    ].compactMap(\.self)
    let state = CheckState.worst(findings.map(\.state))
    let told = findings.filter { $0.state == state && !$0.text.isEmpty }.map(\.text)
    return Finding(
      state,
      state == .ok
        ? "\(ByteCount(space.availableBytes)) free" : told.joined(separator: "; "),
      perfdata: findings.flatMap(\.perfdata))
  }

  private func percent(_ space: FileSystemSpace, _ limits: Limits) -> Finding? {
    guard let percent = space.percentFree else { return nil }
    let free = "\(Self.told(percent)) free"
    return finding(percent, limits, text: free, write: Self.told) {
      Perfdata(
        "free", Int64(percent), unit: .percent, warning: limits.warning, critical: limits.critical)
    }
  }

  private func bytes(_ space: FileSystemSpace, _ limits: Limits) -> Finding? {
    let text = "\(ByteCount(space.availableBytes)) free"
    return finding(
      Double(space.availableBytes), limits, text: text,
      write: { "\(ByteCount(Int64(exactly: $0.rounded()) ?? .max))" }
    ) {
      Perfdata(
        "free_bytes", space.availableBytes, unit: .bytes, warning: limits.warning,
        critical: limits.critical, minimum: 0)
    }
  }

  /// Some file systems count no inodes, because they cannot run out of them.
  private func inodes(_ space: FileSystemSpace, _ limits: Limits) -> Finding? {
    guard let percent = space.percentInodesFree else { return nil }
    let free = "\(Self.told(percent)) of the inodes free"
    return finding(percent, limits, text: free, write: Self.told) {
      Perfdata(
        "free_inodes", Int64(percent), unit: .percent, warning: limits.warning,
        critical: limits.critical)
    }
  }

  private func finding(
    _ value: Double, _ limits: Limits, text: String, write: (Double) -> String,
    figure: () -> Perfdata
  ) -> Finding {
    let limit = limits.text(for: value, write).map { " (\($0))" } ?? ""
    return Finding(limits.state(of: value), text + limit, perfdata: [figure()])
  }

  /// With a decimal where it matters, below ten percent.
  private static func told(_ percent: Double) -> String {
    let tenths = Int(percent * 10)
    return percent < 10 && !tenths.isMultiple(of: 10)
      ? "\(tenths / 10).\(tenths % 10)%" : "\(Int(percent))%"
  }
}
