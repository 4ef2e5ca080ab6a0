/// A line of the outbox: a subject whose state a target is owed.
package struct OwedAnnouncement: Sendable, Equatable {
  /// The section of the monitoring ini.
  package var target: String
  package var subject: AnnouncedSubject
  /// When the oldest news that has not arrived was made.
  package var since: Instant
  /// Counts the news, so that what comes while an older state is on its way stays owed.
  package var revision: Int64
  /// How often it was tried in vain, and why the last time; empty for never.
  package var attempts: Int64 = 0
  package var problem = ""

  package init(target: String, subject: AnnouncedSubject, since: Instant, revision: Int64) {
    (self.target, self.subject, self.since, self.revision) = (target, subject, since, revision)
  }
}

/// What became of one announcement.
package enum Delivery: Sendable, Equatable {
  /// The server has it.
  case delivered
  /// It has not, and may take it another time; a sentence with the cure.
  case kept(String)
  /// It never will: trying again changes nothing; a sentence with the cure.
  case dropped(String)

  /// Why it did not arrive; nil when it did.
  package var problem: String? {
    switch self {
    case .delivered: nil
    case .kept(let problem), .dropped(let problem): problem
    }
  }
}

/// What is known of one target of the outbox.
package struct OutboxTarget: Sendable, Equatable {
  /// The section of the monitoring ini; ``Catalog/everyTarget`` while that cannot be read.
  package var name: String
  /// Announcements it is owed.
  package var owed = 0
  /// When the oldest of them came up.
  package var oldest: Instant?
  /// When it last took an announcement.
  package var delivered: Instant?
  /// Why the last try failed; empty when it did not.
  package var problem = ""

  package init(name: String) { self.name = name }
}
