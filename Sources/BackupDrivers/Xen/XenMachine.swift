import OutsideWorld
import TISBackupCore

/// A virtual machine of a pool, as its record tells.
struct XenMachine: Sendable, Equatable {
  var reference: String
  var uuid: String
  var name: String
  /// `Running`, `Halted`, `Paused`, `Suspended`.
  var powerState: String
  var snapshots: [String]
  /// Its virtual drives and network cards.
  var drives: [String]
  var cards: [String]
  var otherConfig: [String: String]
  var isTemplate: Bool
  var isSnapshot: Bool
  var isControlDomain: Bool

  init?(_ reference: String, _ record: XAPIValue) {
    guard let map = record.map, let uuid = map["uuid"]?.text, let name = map["name_label"]?.text,
      let power = map["power_state"]?.text
    else { return nil }
    (self.reference, self.uuid, self.name, powerState) = (reference, uuid, name, power)
    func references(_ key: String) -> [String] { (map[key]?.list ?? []).compactMap(\.reference) }
    (snapshots, drives, cards) = (references("snapshots"), references("VBDs"), references("VIFs"))
    otherConfig = (map["other_config"]?.map ?? [:]).compactMapValues(\.text)
    isTemplate = map["is_a_template"]?.flag ?? false
    isSnapshot = map["is_a_snapshot"]?.flag ?? false
    isControlDomain = map["is_control_domain"]?.flag ?? false
  }

  /// Whether it is a machine that can be backed up.
  var isMachine: Bool { !isTemplate && !isSnapshot && !isControlDomain }
}

extension XAPISession {
  /// The record of a machine.
  func machine(_ reference: String) async throws(BackupError) -> XenMachine {
    let record = try await call("VM.get_record", .text(reference))
    guard let machine = XenMachine(reference, record) else {
      throw BackupError(.driver, .unreadable(self, reference), hint: .report)
    }
    return machine
  }

  /// The machine of a name or an UUID; templates, snapshots and hosts may have its name too.
  func machine(named name: String) async throws(BackupError) -> XenMachine {
    if Self.isUUID(name),
      case .success(let value) = try await attempt("VM.get_by_uuid", [.text(name)]),
      let reference = value.reference
    {
      return try await machine(reference)
    }
    let found = try await call("VM.get_by_name_label", .text(name)).list ?? []
    var others: [String] = []
    var machines: [XenMachine] = []
    for reference in found.compactMap(\.reference) {
      let machine = try await machine(reference)
      if machine.isMachine { machines.append(machine) } else { others.append(machine.kind) }
    }
    guard let machine = machines.first else {
      throw BackupError(.driver, .unknown(self, name, others), hint: .nameIt)
    }
    guard machines.count == 1 else {
      throw BackupError(.driver, .ambiguous(self, name, machines), hint: .useUUID)
    }
    return machine
  }

  /// Eight, four, four, four and twelve hexadecimal digits.
  private static func isUUID(_ text: String) -> Bool {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy(\.isHexDigit)
  }
}

extension XenMachine {
  fileprivate var kind: String {
    isSnapshot ? "a snapshot" : isTemplate ? "a template" : "a control domain"
  }
}

extension BackupError.Message {
  fileprivate static func unreadable(_ session: XAPISession, _ reference: String) -> Self {
    "section [\(session.section)]: the Xen host gives no record of \(ForeignText.line(reference))"
  }
  fileprivate static let report: Self = "See /var/log/xensource.log on the host."
  fileprivate static func unknown(_ session: XAPISession, _ name: String, _ others: [String])
    -> Self
  {
    let there = others.isEmpty ? "" : ", only \(others.joined(separator: " and "))"
    return
      "section [\(session.section)]: there is no virtual machine '\(name)' in the pool of \(session.connection.address.text)\(there)"
  }
  fileprivate static let nameIt: Self =
    "Correct the name, letter by letter, or give the machine's UUID ('xe vm-list' on the host prints both)."
  fileprivate static func ambiguous(
    _ session: XAPISession, _ name: String, _ machines: [XenMachine]
  ) -> Self {
    let list = machines.map(\.uuid).sorted().joined(separator: ", ")
    return
      "section [\(session.section)]: \(machines.count) virtual machines have the name '\(name)': \(ForeignText.line(list))"
  }
  fileprivate static let useUUID: Self =
    "Rename one of them, or give the UUID of the right one in the place of its name."
}
