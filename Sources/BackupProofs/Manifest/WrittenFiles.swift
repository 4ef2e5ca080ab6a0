import OutsideWorld

/// The files that one run wrote, for the manifest that is made when all of them are there.
package final class WrittenFiles: Sendable {
  private let list = Monitor<[WrittenFile]>([])

  package init() {}

  package func add(_ file: WrittenFile) { list.update { $0.append(file) } }

  package var all: [WrittenFile] { list.update { $0 } }
}
