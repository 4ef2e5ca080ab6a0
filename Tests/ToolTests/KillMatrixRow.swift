import Foundation

/// A row of the catalog as the `sqlite3` shell gives it.
struct KillMatrixRow: Decodable {
  let section: String
  let type: String
  let status: String
  let start: String
  let end: String?
  let location: String?
  /// What came of its proof.
  let proof: String?

  /// The statement that gives all rows, newest first, as one line of JSON.
  static let query = """
    SELECT json_group_array(json_object('section', backup_name, 'type', TYPE, 'status', status,
      'start', backup_start, 'end', backup_end, 'location', backup_location,
      'proof', verified_status)) FROM (SELECT * FROM stats ORDER BY backup_start DESC);
    """

  /// A backup that was taken and is complete, if what the row says is true.
  var isGood: Bool { status == "OK" && proof != "ERROR" }

  /// Where it is, without the slash that ends the destination of an export.
  var place: String? {
    location.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  /// `20261127-21h01m49`, of its start.
  var name: String {
    let digits = start.prefix(19).filter(\.isNumber)
    let parts = [8, 10, 12].map { digits.index(digits.startIndex, offsetBy: $0) }
    return "\(digits[..<parts[0]])-\(digits[parts[0]..<parts[1]])h"
      + "\(digits[parts[1]..<parts[2]])m\(digits[parts[2]...])"
  }
}
