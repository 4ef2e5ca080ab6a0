import ArgumentParser
import BackupChecks
import Monitoring
import TISBackupCore

/// How the ranges of the command line are read: each in the unit its figure has.
enum RangeValue {
  /// Seconds; a bare bound is hours, as in `maximum_backup_age`.
  static func age(_ text: String) throws -> Threshold { try span(text, .hours) }

  /// Seconds; a bare bound is seconds.
  static func duration(_ text: String) throws -> Threshold { try span(text, .seconds) }

  /// Bytes.
  static func size(_ text: String) throws -> Threshold {
    try Threshold(parsing: text) { ByteCount(String($0)).map { Double($0.bytes) } }
  }

  /// Plain numbers.
  static func count(_ text: String) throws -> Threshold { try Threshold(parsing: text) }

  /// Percent, with or without the sign; a lone number means both ways: shrinking, too, is a change.
  static func change(_ text: String) throws -> Threshold {
    let isLone = !text.contains(where: { ":@~".contains($0) })
    let range = try percent(text)
    return isLone && range.end > 0 ? Threshold(within: -range.end...range.end) : range
  }

  /// Percent of inodes.
  static func percent(_ text: String) throws -> Threshold {
    try Threshold(parsing: text.filter { $0 != "%" })
  }

  /// Percent of the file system or bytes, never a number alone.
  static func space(_ text: String) throws -> SpaceRange {
    do throws(ThresholdError) {
      return try SpaceRange(parsing: text)
    } catch .malformed {
      throw ValidationError("free space is a range of percents or sizes, such as 10%: or 50GiB:")
    }
  }

  /// A length of time in seconds.
  static func span(ofHours text: String) throws -> Int {
    try TimeSpan(parsing: text, bareUnit: .hours).seconds
  }

  static func bytes(_ text: String) throws -> Int64 { try ByteCount(parsing: text).bytes }

  private static func span(_ text: String, _ unit: TimeSpan.Unit) throws -> Threshold {
    try Threshold(parsing: text) { bound in
      TimeSpan(String(bound), bareUnit: unit).map { Double($0.seconds) }
    }
  }
}

/// A state as it is written on the command line.
enum StateName: String, ExpressibleByArgument, CaseIterable {
  case ok, warning, critical, unknown

  init?(argument: String) { self.init(rawValue: argument.lowercased()) }

  var state: CheckState {
    switch self {
    case .ok: .ok
    case .warning: .warning
    case .critical: .critical
    case .unknown: .unknown
    }
  }
}

extension ReportForm.Figures: ExpressibleByArgument {}
