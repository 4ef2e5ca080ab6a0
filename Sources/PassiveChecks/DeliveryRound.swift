import OutsideWorld
import TISBackupCore

/// One pass over what a target is owed, under its lock; each news is tried once.
struct DeliveryRound {
  private let target: Section
  private let catalog: Catalog
  private let judgement: PassiveJudgement
  private var tried: Set<News> = []

  /// News of a subject, told apart from what comes later about the same.
  private struct News: Hashable {
    var subject: AnnouncedSubject
    var revision: Int64

    init(_ owed: OwedAnnouncement) { (subject, revision) = (owed.subject, owed.revision) }
  }

  init(target: Section, catalog: Catalog, judgement: PassiveJudgement) {
    (self.target, self.catalog, self.judgement) = (target, catalog, judgement)
  }

  /// What the target is owed and was not tried yet.
  func untried() throws(BackupError) -> [OwedAnnouncement] {
    try catalog.owed(to: target.name).filter { !tried.contains(News($0)) }
  }

  /// Judges, sends and settles some of it.
  mutating func deliver(
    _ owed: [OwedAnnouncement], by submitter: any PassiveSubmitter, _ patience: Patience,
    _ result: inout TargetDelivery
  ) async throws(BackupError) {
    tried.formUnion(owed.map(News.init))
    let verdicts = try judgement.verdicts(on: owed.map(\.subject))
    let results = verdicts.compactMap { verdict in
      if case .result(let result) = verdict { result } else { nil }
    }
    let world = judgement.world
    let answers =
      results.isEmpty ? [] : await submitter.submit(results, using: world, patience: patience)
    var unread = answers[...]
    var deliveries: [(OwedAnnouncement, Delivery)] = []
    for (owed, verdict) in zip(owed, verdicts) {
      switch verdict {
      case .result:
        let answer = unread.popFirst() ?? .kept("[\(target.name)]: it was not tried")
        deliveries.append((owed, answer))
        result.add(answer)
      // Nobody is to hear of it, so nobody is owed anything.
      case .silent: deliveries.append((owed, .dropped("")))
      case .unnamed(let problem):
        deliveries.append((owed, .kept(problem)))
        result.add(.kept(problem))
      }
    }
    result.isUnreachable = Self.isUnreachable(answers)
    try catalog.settle(
      deliveries, of: target.name, isUnreachable: result.isUnreachable, at: world.now())
    if answers.contains(.delivered) { try heal() }
  }

  /// After an outage everything is told again that was not told just now: the server may have lost
  /// what it took before its plug was pulled.
  private func heal() throws(BackupError) {
    let told = Set(tried.map(\.subject))
    let settings = judgement.settings
    let rest = settings.subjects(of: judgement.configuration.sections).filter { !told.contains($0) }
    guard try catalog.recover(target.name, owing: rest, at: judgement.world.now()) else { return }
    judgement.world.say(
      Note(.info, nil, "[\(target.name)] can be reached again, and is told everything"))
  }

  /// Notes why nothing was tried, with everything the target is owed.
  func keepAll(_ problem: String, _ result: inout TargetDelivery) throws(BackupError) {
    let owed = try catalog.owed(to: target.name)
    try catalog.settle(
      owed.map { ($0, .kept(problem)) }, of: target.name, at: judgement.world.now())
    for _ in owed { result.add(.kept(problem)) }
    result.isUnreachable = true
  }

  /// One reason for all that was tried is not about one of them: the next would meet it, too.
  private static func isUnreachable(_ answers: [Delivery]) -> Bool {
    guard case .kept(let problem) = answers.first else { return false }
    return answers.allSatisfy { $0 == .kept(problem) }
  }
}
