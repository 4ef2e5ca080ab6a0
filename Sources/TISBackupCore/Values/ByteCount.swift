/// A size in bytes.
package struct ByteCount: Sendable, Hashable {
  package var bytes: Int64

  package init(_ bytes: Int64) { self.bytes = bytes }

  /// Reads `123`, `700M`, `10 GiB`, `1.5GB`, in any case.
  ///
  /// `K M G T P` and `KiB MiB GiB TiB PiB` count in steps of 1024 (as `du` and `rsync` do), `KB MB
  /// GB TB PB` in steps of 1000 (as disks are sold); a bare number, or `B`, is bytes. Nil for
  /// anything else: a sign, an empty text, more than an `Int64` holds.
  package init?(_ text: String) {
    let word = text.lowercased()
    let number = word.prefix { !$0.isLetter }
    guard let unit = Self.unit(word.dropFirst(number.count)),
      let bytes = DecimalNumber(number)?.times(unit)
    else { return nil }
    self.init(bytes)
  }

  /// The same for a value somebody gave; throws an error that shows the right form.
  package init(parsing text: String) throws(BackupError) {
    guard let count = ByteCount(text) else {
      throw BackupError(.configuration, .notASize(text), hint: .rightForm)
    }
    self = count
  }

  private static let letters = Array("kmgtp")

  private static func unit(_ name: Substring) -> Int64? {
    guard let first = name.first, name != "b" else { return 1 }
    guard let power = letters.firstIndex(of: first) else { return nil }
    let step: Int64
    switch name.dropFirst() {
    case "", "ib": step = 1024
    case "b": step = 1000
    default: return nil
    }
    return repeatElement(step, count: power + 1).reduce(1, *)
  }
}

extension ByteCount: Comparable {
  package static func < (one: ByteCount, other: ByteCount) -> Bool { one.bytes < other.bytes }
}

extension ByteCount: CustomStringConvertible {
  /// For people, in steps of 1024: `700 MiB`, `1.4 GiB`, `512 B`; one decimal below a hundred.
  package var description: String {
    let size = bytes.magnitude
    var unit: UInt64 = 1
    var names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"][...]
    // From 1023.5 on the rounded number would be 1024, which is one of the next unit.
    while names.count > 1, size >= unit * 1024 - unit / 2 {
      unit *= 1024
      names = names.dropFirst()
    }
    return (bytes < 0 ? "-" : "") + Self.rounded(size, to: unit) + " " + (names.first ?? "")
  }

  private static func rounded(_ size: UInt64, to unit: UInt64) -> String {
    let (whole, rest) = size.quotientAndRemainder(dividingBy: unit)
    let tenths = whole * 10 + (rest * 10 + unit / 2) / unit
    guard tenths < 1000, !tenths.isMultiple(of: 10) else {
      return "\(whole + (rest * 2 >= unit ? 1 : 0))"
    }
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension BackupError.Message {
  fileprivate static func notASize(_ text: String) -> Self { "'\(text)' is not a size" }
  fileprivate static let rightForm: Self =
    "Write bytes, or a number with a unit: 700M, 1.5GiB, 2TB."
}
