import BackupDrivers
import Testing

struct RsyncStatisticsTests {
  @Test func `the figures of a whole run are read`() throws {
    let figures = try #require(RsyncStatistics(statistics))
    #expect(figures.files == 5)
    #expect(figures.transferredFiles == 3)
    #expect(figures.totalBytes == 10_008)
    #expect(figures.transferredBytes == 9008)
    #expect(figures.literalBytes == 8008)
  }

  @Test(arguments: [
    ("10008 bytes", 10_008), ("1,200,002 bytes", 1_200_002), ("1.200.002 bytes", 1_200_002),
    ("0 bytes", 0), ("9223372036854775807 bytes", .max), ("  7 bytes", 7), ("12", 12),
    ("99,999,999,999,999 bytes", 99_999_999_999_999),
  ])
  func `digits may be grouped, of any size that fits`(_ text: String, _ bytes: Int64) throws {
    let output = statistics.replacing("10008 bytes", with: text)
    #expect(RsyncStatistics(output)?.totalBytes == bytes)
  }

  @Test(arguments: [
    "9223372036854775808 bytes", "-5 bytes", "bytes", "", "١٢ bytes", "nan", ",",
    "99999999999999999999999999 bytes",
  ])
  func `what is not a number is no figure`(_ text: String) {
    #expect(RsyncStatistics(statistics.replacing("10008 bytes", with: text)) == nil)
  }

  @Test(arguments: [
    "Number of files", "Number of regular files transferred", "Total file size",
    "Total transferred file size", "Literal data",
  ])
  func `without one of the figures there are none`(_ name: String) {
    let lines = statistics.split(separator: "\n").filter { !$0.hasPrefix(name + ":") }
    #expect(lines.count == 10)
    #expect(RsyncStatistics(lines.joined(separator: "\n")) == nil)
  }

  @Test func `the older name of a figure, and lines around it, do not matter`() {
    let old = statistics.replacing("regular files transferred", with: "files transferred")
    let output = "receiving file list ... done\na: b: c\n:\n::\n\n" + old + "total size is 7\n"
    #expect(RsyncStatistics(output)?.transferredFiles == 3)
    #expect(RsyncStatistics(old.replacing("\n", with: "\r\n"))?.totalBytes == 10_008)
  }
}
