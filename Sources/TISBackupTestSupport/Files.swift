import Foundation
import Glibc

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

/// Makes a folder with names in it: one with a slash at its end is a folder, any other an empty file.
package func makeTree(_ names: [String], at folder: String) {
  mkdir(folder, 0o755)
  for name in names {
    let path = "\(folder)/\(name)"
    if name.hasSuffix("/") { mkdir(path, 0o755) } else { close(creat(path, 0o644)) }
  }
}

/// What a file holds, as text.
package func text(_ path: String) throws -> String {
  try String(contentsOfFile: path, encoding: .utf8)
}

/// What a file holds, byte by byte.
package func bytes(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: path)))
}

/// Writes a script that can be run, whatever other tests start at the same moment.
///
/// A program that is forked while this process writes a file holds it open for writing until its
/// exec, and the kernel runs no such file ("Text file busy"). So another process writes it, from which
/// nobody forks.
package func writeScript(_ lines: String, to path: String) throws {
  try write("#!/bin/sh\n\(lines)\n", to: path + ".text")
  let copying = Process()
  copying.executableURL = URL(filePath: "/usr/bin/install")
  copying.arguments = ["-m", "755", path + ".text", path]
  try copying.run()
  copying.waitUntilExit()
  guard copying.terminationStatus == 0 else { throw ServerError.failed("install \(path)") }
  try FileManager.default.removeItem(atPath: path + ".text")
}
