import Glibc

/// Answers for a plugin that can no longer answer for itself.
///
/// A trap of the Swift runtime ends a process with status 132 and an empty standard output, which
/// Nagios calls CRITICAL "out of bounds". With the guard every crash, time-out and request to stop
/// becomes one line on standard output and status 3, UNKNOWN.
///
/// Call it from the main thread only, and install it before anything else. A stack overflow of
/// another thread is not covered: the alternate stack belongs to the thread that installs it.
package enum CrashGuard {
  private static let internalErrors = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE]
  private static let requestsToStop = [SIGTERM, SIGHUP, SIGINT]

  // Read and written by the main thread alone, as the type demands; the handlers see `lines` only.
  private nonisolated(unsafe) static var context = Context()

  private struct Context {
    var service = "TISBACKUP"
    var plugin = "the check"
    var seconds = 0
  }

  /// Takes over the signals.
  ///
  /// - Parameters:
  ///   - plugin: the program that is to blame, `check_tisbackup`.
  ///   - service: the word that begins every line of output.
  package static func install(plugin: StaticString, service: StaticString = "TISBACKUP") {
    (context.plugin, context.service) = (plugin.description, service.description)
    publish()
    EmergencyLines.publish(end: "")
    useAlternateStack()
    signal(SIGPIPE, SIG_IGN)
    for number in internalErrors + requestsToStop + [SIGALRM] { handle(number) }
  }

  /// Notes what is going on, as it reads after "while": `checking the location of srv-web`.
  ///
  /// At most 200 bytes of it are kept; an empty text ends the stage.
  package static func stage(_ text: String) {
    let stage = PluginText.clean(text, limit: 200)
    EmergencyLines.publish(end: stage.isEmpty ? "" : " while \(stage)")
  }

  /// Gives the plugin that many seconds from now; none or fewer lifts the limit.
  package static func limit(seconds: Int) {
    context.seconds = max(0, seconds)
    publish()
    alarm(UInt32(clamping: context.seconds))
  }

  /// Writes all lines now, in peace, so that no handler has to compose anything.
  private static func publish() {
    EmergencyLines.publish { number in
      let event =
        switch number {
        case SIGALRM: "timed out after \(context.seconds)s"
        case SIGTERM, SIGHUP, SIGINT: "stopped by signal \(number)"
        default: "internal error in \(context.plugin) (signal \(number))"
        }
      return "\(context.service) UNKNOWN - \(event)"
    }
  }

  /// An overflown stack has no room for a handler.
  private static func useAlternateStack() {
    let size = 64 * 1024
    var stack = stack_t(
      ss_sp: .allocate(byteCount: size, alignment: 16), ss_flags: 0, ss_size: size)
    sigaltstack(&stack, nil)
  }

  private static func handle(_ number: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { EmergencyLines.answer($0) }
    // A second fault inside the handler must kill rather than loop.
    action.sa_flags = Int32(SA_ONSTACK) | Int32(bitPattern: UInt32(SA_RESETHAND))
    sigfillset(&action.sa_mask)
    sigaction(number, &action, nil)
  }
}
