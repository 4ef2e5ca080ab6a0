import BackupTools

@main
enum Entrypoint {
  static func main() async { await GUICommand.start() }
}
