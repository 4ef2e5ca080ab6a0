import Foundation
import TISBackupTestSupport
import Testing

/// Readers of perfdata that share nothing with us.
@Suite("perfdata, read by others", .scratch)
struct PerfdataReadersTests {
  private func perfdata() async throws -> String {
    let server = try await NagiosTests.server()
    let line = try await server.check().stdout.split(separator: "\n").first ?? ""
    return String(try #require(line.split(separator: "|").last)).trimmingCharacters(
      in: .whitespaces)
  }

  /// `label value unit warning critical` of each figure.
  private func expected(_ perfdata: String) -> [String] {
    perfdata.split(separator: " ").map { token in
      let parts = token.split(separator: "=")
      let fields = parts[1].split(separator: ";", omittingEmptySubsequences: false)
      let value = fields[0].prefix { $0.isNumber || $0 == "-" || $0 == "." }
      let limits = [1, 2].map { $0 < fields.count ? String(fields[$0]) : "" }
      return [
        parts[0].filter { $0 != "'" }, String(value), String(fields[0].dropFirst(value.count)),
        limits[0], limits[1],
      ].joined(separator: " ")
    }
  }

  @Test("Monitoring::Plugin of Perl finds every figure")
  func perl() async throws {
    let perfdata = try await perfdata()
    let script = """
      use Monitoring::Plugin::Performance;
      my @all = Monitoring::Plugin::Performance->parse_perfstring($ARGV[0]);
      for (@all) {
        my $t = $_->threshold;
        print join(" ", $_->label, $_->value, $_->uom // "",
          $t->warning->is_set ? $t->warning->end : "", $t->critical->is_set ? $t->critical->end : ""), "\\n";
      }
      """
    let result = try await program(["perl", "-e", script, perfdata])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.split(separator: "\n").map(String.init) == expected(perfdata))
    #expect(expected(perfdata).count > 25)
  }

  @Test("nagiosplugin of Python finds every label, value and range")
  func python() async throws {
    let perfdata = try await perfdata()
    // It has a writer alone: what it writes for our figures must be what we wrote.
    let script = """
      import sys, shlex, re
      from nagiosplugin import Performance, Range
      for token in shlex.split(sys.argv[1]):
          label, rest = token.split("=")
          fields = rest.split(";") + [""] * 4
          value, unit = re.match(r"(-?[0-9.]+)(\\D*)$", fields[0]).groups()
          limits = [Range(f) if f else None for f in fields[1:3]]
          print(Performance("x" + label, int(value), unit, limits[0], limits[1],
              fields[3] or None, fields[4] or None))
      """
    let result = try await program(["/usr/bin/python3", "-c", script, perfdata])
    #expect(result.status == 0, "\(result.stderr)")
    let ours = perfdata.filter { $0 != "'" }.split(separator: " ").map(String.init)
    #expect(result.stdout.split(separator: "\n").map { String($0.dropFirst()) } == ours)
  }
}
