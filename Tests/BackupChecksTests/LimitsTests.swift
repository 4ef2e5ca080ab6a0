import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

struct LimitsTests {
  typealias Limit = @Sendable (SectionLimits) -> Limits

  @Test(
    arguments: [
      (nil, nil, 5, .ok), ("4", nil, 5, .warning), ("4", "5", 5, .warning),
      ("4", "4.9", 5, .critical),
      (nil, "4:", 3, .critical), ("4:", nil, 3, .warning), (nil, "@3:5", 4, .critical),
      // CRITICAL is asked first, whatever the warning says.
      ("1", "1", 5, .critical), ("10:", "3", 5, .critical),
    ] as [(String?, String?, Double, CheckState)])
  func `critical is judged first, and what is not given never alerts`(
    _ warning: String?, _ critical: String?, _ value: Double, _ state: CheckState
  ) throws {
    #expect(try Limits.of(warning, critical).state(of: value) == state)
  }

  @Test(
    arguments: [
      (nil, nil, 5, nil), ("4", "6", 3, "limit 6"), ("4", nil, 3, "warn 4"),
      ("4", "6", 5, "warn 4"),
      ("4", "6", 7, "limit 6"), (nil, "4:", 3, "limit at least 4"),
      (nil, "4:", 5, "limit at least 4"),
      ("2:8", nil, 1, "warn at least 2"), ("2:8", nil, 9, "warn 8"), ("2:8", nil, 5, "warn 8"),
      (nil, "@3:5", 4, "limit not 3 to 5"), (nil, "@3:", 4, "limit not 3 or more"),
      (nil, "@~:5", 4, "limit not anything to 5"), (nil, "@3:5", 9, nil), (nil, "~:", 9, nil),
    ] as [(String?, String?, Double, String?)])
  func `the limit that matters is told`(
    _ warning: String?, _ critical: String?, _ value: Double, _ text: String?
  ) throws {
    #expect(try Limits.of(warning, critical).text(for: value) { "\(Int($0))" } == text)
  }

  @Test func `a range of the command line stands over the key, each alone`() throws {
    let own = try Limits.of("1", "2")
    #expect(try Limits.of("3", nil).over(own) == Limits.of("3", "2"))
    #expect(try Limits.of(nil, "4").over(own) == Limits.of("1", "4"))
    #expect(Limits().over(own) == own)
    #expect(Limits().stateWithoutValue == .ok)
    #expect(try Limits.of("1", nil).stateWithoutValue == .warning)
    #expect(own.stateWithoutValue == .critical)
  }

  @Test(
    arguments: [
      ("", \.age, "", "~:108000"), ("warning_backup_age = 26", \.age, "~:93600", "~:108000"),
      ("maximum_failures = 3", \.failures, "", "~:3"),
      ("warning_failures = 0\nmaximum_failures = 3", \.failures, "~:0", "~:3"),
      ("maximum_duration = 90m", \.duration, "", "~:5400"),
      ("warning_duration = 60", \.duration, "~:60", ""),
      ("minimum_size = 1KiB", \.size, "", "1024:"), ("maximum_size = 2KB", \.size, "", "2000"),
      ("minimum_size = 1KiB\nmaximum_size = 1MiB", \.size, "", "1024:1048576"),
      ("maximum_size_change = 50%", \.sizeChange, "", "-50:50"),
      ("warning_size_change = 20", \.sizeChange, "-20:20", ""),
      ("maximum_verified_age = 7d", \.verified, "", "~:604800"),
      ("warning_verified_age = 24", \.verified, "~:86400", ""),
      ("maximum_export_age = 8d", \.age, "", "~:108000"), ("", \.failures, "", ""),
      ("", \.runtime, "", ""), ("timeout = 2h", \.runtime, "~:7200", ""), ("", \.count, "", ""),
      ("", \.oldest, "", ""),
    ] as [(String, Limit, String, String)])
  func `the keys of a section are its limits, and of nothing else`(
    _ lines: String, _ limit: Limit, _ warning: String,
    _ critical: String
  ) throws {
    let own = SectionLimits(of: try Configuration.section(Site.rsync("web1", lines)), type: .backup)
    #expect(limit(own).warning?.description ?? "" == warning)
    #expect(limit(own).critical?.description ?? "" == critical)
  }

  @Test(arguments: [
    ("", "~:108000"), ("maximum_export_age = 8d", "~:691200"),
    ("maximum_export_age = 200", "~:720000"),
  ])
  func `an export must be as fresh as a backup unless it has a limit of its own`(
    _ lines: String, _ critical: String
  ) throws {
    let lines = lines + "\nmaximum_failures = 1\nminimum_size = 5"
    let own = SectionLimits(of: try Configuration.section(Site.rsync("web1", lines)), type: .export)
    #expect(own.age.critical?.description == critical)
    #expect(own.failures == Limits() && own.size == Limits() && own.duration == Limits())
  }

  @Test func `all limits of the command line stand over those of the section`() throws {
    let own = SectionLimits(
      of: try Configuration.section(
        Site.rsync("web1", "maximum_failures = 1\nwarning_duration = 9")),
      type: .backup)
    var given = SectionLimits()
    given.age.warning = try range("60")
    given.failures.critical = try range("5")
    let both = given.over(own)
    #expect(both.age == Limits(warning: try range("60"), critical: own.age.critical))
    #expect(both.failures.critical == given.failures.critical)
    #expect(both.duration == own.duration)
    #expect(SectionLimits().over(own) == own)
    #expect(own.over(given).failures.critical == own.failures.critical)
  }
}
