import ArgumentParser
import Glibc
import Monitoring
import OutsideWorld
import PassiveChecks
import TISBackupCore

/// A tisbackup-* command: common options, an answer on standard output, an exit status that is
/// meant.
package protocol Tool: ParsableCommand, Sendable {
  var common: CommonOptions { get }

  /// Does the work and prints the answer; the state becomes the exit status.
  ///
  /// Throws what kept the tool from starting, which is exit status 3.
  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState

  /// The words of the command line, with the values of options that may be left out.
  static func completing(_ arguments: [String]) -> [String]
}

extension Tool {
  package static func completing(_ arguments: [String]) -> [String] {
    PassiveForm.completing(arguments)
  }

  /// Parses, works, exits: 0 well, 1 with warnings, 2 with a failed section, 3 not started.
  ///
  /// `main()` of the parser would exit 64 for a mistyped option and 1, which is a warning here,
  /// for a thrown error.
  package static func start() async -> Never {
    raiseDescriptorLimit()
    let command: Self
    do {
      command = try parse(completing(Array(CommandLine.arguments.dropFirst())))
    } catch let error where exitCode(for: error).isSuccess {
      Output.print(fullMessage(for: error))
      Glibc.exit(CheckState.ok.rawValue)
    } catch {
      Output.complain(fullMessage(for: error))
      Glibc.exit(CheckState.unknown.rawValue)
    }
    let state = await Interruption.guarding { await command.run() }
    let isTold = !Output.hasLostAnswer
    Glibc.exit(isTold ? state.rawValue : max(state.rawValue, CheckState.critical.rawValue))
  }

  private func run() async -> CheckState {
    let context = ToolContext(common)
    do throws(BackupError) {
      return try await perform(context)
    } catch {
      context.narrator.finishProgress()
      Output.complain("\(Self._commandName): \(error)")
      return .unknown
    }
  }

  /// A walk holds a descriptor for each level of a tree.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
