/// The folder of an administrator's own switch models, `switch_models`: one file `NAME.ini` each.
package struct SwitchModelFolder: Sendable {
  private static let suffix = ".ini"

  package let path: String

  package init(path: String) { self.path = path }

  /// The files, sorted; hidden ones are an editor's.
  package var files: [String] {
    path.isEmpty
      ? []
      : DiskLayout.names(in: path).filter { $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".") }
        .map { "\(path)/\($0)" }
  }

  /// The names of their models.
  package var names: [String] { files.map(Self.name) }

  /// The file of a model, whose name is compared in any case.
  package func file(of model: String) -> String? {
    files.first { Self.name(of: $0).lowercased() == model.lowercased() }
  }

  /// The name of the model in a file.
  package static func name(of file: String) -> String {
    String(DiskPath.name(of: file).dropLast(suffix.count))
  }
}
