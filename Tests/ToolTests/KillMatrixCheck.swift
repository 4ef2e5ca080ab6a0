/// What `check_tisbackup -o json` tells.
struct KillMatrixCheck: Decodable {
  struct Section: Decodable {
    let name: String
    let state: String
    let message: String
    let failures: Int
    let running: Bool
    let location: String?
  }

  let state: String
  let sections: [Section]
}
