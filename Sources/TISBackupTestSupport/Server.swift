import Foundation

/// A real server of a test, on a free loopback port, stopped by its pid.
package final class Server: @unchecked Sendable {
  package let port: Int
  private let process = Process()
  private let log: String

  /// Starts `arguments`, in which every `PORT` is replaced by a free port, and waits until it
  /// listens.
  package init(_ executable: String, _ arguments: [String], port: Int, log: String) async throws {
    (self.port, self.log) = (port, log)
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    let handle = try FileHandle(forWritingTo: URL(filePath: log))
    (process.standardOutput, process.standardError) = (handle, handle)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 {
      if isListening(port) { return }
      guard process.isRunning else { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    process.terminate()
    throw ServerError.notListening(
      (try? String(contentsOfFile: log, encoding: .utf8)) ?? executable)
  }

  /// Ends the server and waits for its end.
  package func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  /// What the server wrote about itself.
  package var story: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

  deinit { stop() }
}
