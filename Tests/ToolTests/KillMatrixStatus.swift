/// A row of `tisbackup-status --json`.
struct KillMatrixStatus: Decodable {
  let section: String
  let type: String
  let status: String
  let location: String?
}
