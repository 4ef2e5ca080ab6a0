import Monitoring

@main
enum Entrypoint {
  /// Speaks on stdout and exits 0 to 3, as a monitoring plugin must, whatever happens.
  static func main() {
    CrashGuard.install(plugin: "check_tisbackup")
    CheckCommand.answer(Array(CommandLine.arguments.dropFirst())).deliver()
  }
}
