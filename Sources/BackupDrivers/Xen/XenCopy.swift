import OutsideWorld
import TISBackupCore

extension XenMark {
  /// What the name of a copy begins with; its date follows (TISBackup's form).
  static func copyHead(of machine: String) -> String { "zzz-\(machine)-" }
  /// What the name of a copy ends with until it is whole.
  static let unfinishedCopy = ".partial"

  /// Whether a machine is a whole copy of ours; those of TISBackup have the name alone.
  ///
  /// The name must be letter by letter that of the machine, with a date behind it: `zzz-srv-mail-...`
  /// is none of `srv`.
  func isCopy(_ copy: XenMachine, of machine: String) -> Bool {
    let head = Self.copyHead(of: machine)
    guard copy.isMachine, copy.name.hasPrefix(head),
      SnapshotName.start(of: copy.name.dropFirst(head.count), in: .utc) != nil
    else { return false }
    let tag = copy.otherConfig[Self.key]
    return tag == nil || tag == job
  }

  /// Whether a machine is a copy that this section began and did not end.
  func isUnfinishedCopy(_ copy: XenMachine, of machine: String) -> Bool {
    guard !copy.isSnapshot, !copy.isControlDomain, copy.name.hasSuffix(Self.unfinishedCopy) else {
      return false
    }
    let (head, tail) = (Self.copyHead(of: machine), Self.unfinishedCopy)
    let name = copy.name.dropLast(tail.count)
    return name.hasPrefix(head)
      && SnapshotName.start(of: name.dropFirst(head.count), in: .utc) != nil
  }
}

extension XAPISession {
  /// Seconds a copy may take to be made, where the section sets no timeout of its own: days.
  private static let copyLimit = 2 * 24 * 3600

  /// Every machine of the pool.
  func machines() async throws(BackupError) -> [XenMachine] {
    let records = try await call("VM.get_all_records").map ?? [:]
    return records.compactMap { XenMachine($0.key, $0.value) }.sorted { $0.name < $1.name }
  }

  /// The one storage or network of a name.
  func reference(of kind: String, named name: String, key: Key) async throws(BackupError) -> String
  {
    let found = (try await call("\(kind).get_by_name_label", .text(name)).list ?? [])
      .compactMap(\.reference)
    guard let first = found.first, found.count == 1 else {
      throw BackupError(
        .driver, .notOne(section, name, key, found.count), hint: .correct(key))
    }
    return first
  }

  /// Copies a snapshot to a storage; the copy has an unfinished name until it is whole.
  func copy(
    _ source: XenMachine, as name: String, to storage: String, mark: XenMark,
    progress: (@Sendable (Double) -> Void)?
  ) async throws(BackupError) -> XenMachine {
    let limit = TaskLimit(
      seconds: deadline == nil ? Self.copyLimit : nil,
      subject: "the copy '\(ForeignText.line(name))'", progress: progress)
    let result = try await run(
      "VM.copy", .text(source.reference), .text(name + XenMark.unfinishedCopy), .text(storage),
      limit: limit)
    let reference: String
    switch result {
    case .success(let made): reference = made
    case .failure(let failure):
      throw XAPITrouble(section: section).error(failure, limit.subject)
    }
    // The tag of the snapshot came along; what stands there is ours in any case.
    try await call(
      "VM.remove_from_other_config", .text(reference), .text(XenMark.key))
    try await call(
      "VM.add_to_other_config", .text(reference), .text(XenMark.key), .text(mark.job))
    return try await machine(reference)
  }

  /// Puts the cards of a copy on a network, in the place of those of the machine.
  func connect(_ copy: XenMachine, to network: String) async throws(BackupError) {
    for card in copy.cards {
      let record = try await call("VIF.get_record", .text(card)).map ?? [:]
      try await call("VIF.destroy", .text(card))
      // No MAC: two machines with one would disturb each other, so the host makes a new one.
      try await call(
        "VIF.create",
        .map([
          "device": record["device"] ?? "0", "network": .text(network),
          "VM": .text(copy.reference), "MAC": "", "MTU": record["MTU"] ?? "1500",
          "other_config": .map([:]), "qos_algorithm_type": "", "qos_algorithm_params": .map([:]),
        ]))
    }
  }
}

extension BackupError.Message {
  fileprivate static func notOne(_ section: String, _ name: String, _ key: Key, _ count: Int)
    -> Self
  {
    count == 0
      ? "section [\(section)]: key '\(key.name)': the pool has none of the name '\(name)'"
      : "section [\(section)]: key '\(key.name)': \(count) have the name '\(name)'"
  }
  fileprivate static func correct(_ key: Key) -> Self {
    key.name == Key.networkName.name
      ? "Correct '\(key.name)' ('xe network-list' on the host prints the names), or rename one."
      : "Correct '\(key.name)' ('xe sr-list' on the host prints the names), or rename one."
  }
}
