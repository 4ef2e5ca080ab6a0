import OutsideWorld
import TISBackupCore

/// One way to a monitoring server.
///
/// One conforming type per file, listed in ``PassiveSubmitters/all``.
package protocol PassiveSubmitter: Sendable {
  /// The word after `type=` and the keys of this way.
  static var type: SubmitterType { get }

  /// Reads the values of a target; throws what makes it unusable.
  init(_ target: Section) throws(BackupError)

  /// Hands the results over, in their order, and says of each what became of it.
  ///
  /// Never takes much longer than `patience.seconds`: what was not tried by then is kept. A
  /// server that cannot be reached is told once, for all results that are left.
  func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
}

extension Delivery {
  /// What became of `count` results handed over in their order, of which the first `delivered` were
  /// taken before `reason` stood in the way of all that were left.
  static func inOrder(_ count: Int, delivered: Int, keptFor reason: String) -> [Delivery] {
    (0..<count).map { $0 < delivered ? .delivered : .kept(reason) }
  }
}

/// How long one call may take.
package struct Patience: Sendable, Equatable {
  /// Whole seconds, at least 1.
  package var seconds: Int

  package init(seconds: Int) { self.seconds = max(1, seconds) }
}

/// All ways that can be gone; to add one is a file of its own and one line here.
package enum PassiveSubmitters {
  package static let all: [any PassiveSubmitter.Type] = [
    Icinga2.self, NSCA.self, NagiosPipe.self, CheckResultFiles.self, NRDP.self,
    SubmissionCommand.self,
  ]

  /// The way a target asks for.
  package static func make(_ target: Section) throws(BackupError) -> any PassiveSubmitter {
    guard let type = all.first(where: { $0.type.name == target.typeName }) else {
      throw BackupError(.configuration, .unknownType(target))
    }
    return try type.init(target)
  }
}

extension BackupError.Message {
  fileprivate static func unknownType(_ target: Section) -> Self {
    "target [\(target.name)] asks for the unknown type '\(target.typeName)'"
  }
}
