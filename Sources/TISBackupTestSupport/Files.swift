import Foundation

/// Everything in a folder, hidden names too, sorted; empty when there is none.
package func names(_ folder: String) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}

/// Whether there is anything of that name, a dangling link too.
package func exists(_ path: String) -> Bool {
  (try? FileManager.default.attributesOfItem(atPath: path)) != nil
}

/// Makes a folder and those above it.
package func makeFolder(_ path: String) throws {
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
}

/// What a file holds, as text.
package func text(_ path: String) throws -> String {
  try String(contentsOfFile: path, encoding: .utf8)
}

/// What a file holds, byte by byte.
package func bytes(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: path)))
}
