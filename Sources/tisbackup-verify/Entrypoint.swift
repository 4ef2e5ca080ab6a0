import BackupTools

@main
enum Entrypoint {
  static func main() async { await VerifyCommand.start() }
}
