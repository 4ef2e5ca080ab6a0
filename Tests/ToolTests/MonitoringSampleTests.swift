import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// `contrib/tisbackup-monitoring.ini`, as it is shipped and with everything in it switched on.
@Suite("the sample of the monitoring ini")
struct MonitoringSampleTests {
  private let sample: String

  init() throws { sample = try text(shippedFile("../contrib/tisbackup-monitoring.ini")) }

  /// What is commented out begins with `;` and no blank.
  private var whole: String { sample.replacing(#/(?m)^;(?=[\[a-z])/#, with: "") }

  private func settings(_ text: String) -> MonitoringSettings {
    MonitoringSettings(
      document: INIDocument(parsing: Array(text.utf8), path: "tisbackup-monitoring.ini"))
  }

  @Test("it has not one problem, and one target")
  func shipped() {
    #expect(settings(sample).problems == [])
    #expect(settings(sample).targets.map(\.typeName) == ["icinga2"])
  }

  @Test("with everything switched on it has every type, and still no problem")
  func switchedOn() {
    let settings = settings(whole)
    #expect(settings.problems == [])
    #expect(Set(settings.targets.map(\.typeName)) == Set(SubmitterTypes.all.map(\.name)))
  }

  @Test("it shows every key there is")
  func complete() {
    let settings = settings(whole)
    for key in Key.announcements { #expect(settings.globals[key.name] != nil, "\(key.name)") }
    for type in SubmitterTypes.all {
      let shown = settings.targets.filter { $0.typeName == type.name }.flatMap(\.values.keys)
      for key in type.keys {
        #expect(key.names.contains(where: shown.contains), "\(type.name): \(key.name)")
      }
    }
  }

  @Test("its names fit the sample of the backup ini")
  func names() throws {
    let configuration = try Configuration(
      path: shippedFile("../contrib/tisbackup-config.ini"))
    for text in [sample, whole] {
      #expect(
        settings(text).nameProblems(for: configuration.sections, backupHost: "backup1") == [])
    }
  }

  @Test("its maker's mode is what it asks for: installed so, nobody is warned", .scratch)
  func mode() async throws {
    let copy = "\(ScratchDirectory.path)/tisbackup-monitoring.ini"
    let installed = try await program([
      "install", "-m", "600", shippedFile("../contrib/tisbackup-monitoring.ini"), copy,
    ])
    #expect(installed.status == 0, "\(installed.stderr)")
    #expect(try MonitoringSettings(path: copy).problems == [])
  }
}
