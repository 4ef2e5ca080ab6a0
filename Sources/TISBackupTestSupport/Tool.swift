import Foundation
import Subprocess
import SystemPackage
import Testing

/// Runs one of our built executables as cron and Nagios would: stdout, stderr and status apart.
package func tool(
  _ name: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
) async throws -> ToolResult {
  try await program([toolPath(name)] + arguments, environment: environment, input: input)
}

/// Where the build put an executable.
package func toolPath(_ name: String) -> String {
  Bundle.main.bundleURL.appending(path: name).path
}

/// Runs any program to its end, with `environment` added to ours.
package func program(
  _ line: [String], environment: [String: String] = [:], input: String = "",
  workingFolder: String? = nil
) async throws -> ToolResult {
  // What our tools remember of a machine is that of one test.
  var variables: [Environment.Key: String?] = ["TISBACKUP_STATE": ScratchDirectory.path + "/state"]
  for (name, value) in environment {
    variables[try #require(Environment.Key(rawValue: name))] = value
  }
  let result = try await Subprocess.run(
    .name("env"), arguments: Arguments(line), environment: .inherit.updating(variables),
    workingDirectory: workingFolder.map { FilePath($0) }, input: .string(input),
    output: .bytes(limit: 1 << 26), error: .bytes(limit: 1 << 26))
  let status: Int32 =
    switch result.terminationStatus {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  return ToolResult(
    status: status, stdout: String(decoding: result.standardOutput, as: UTF8.self),
    stderr: String(decoding: result.standardError, as: UTF8.self))
}

/// What a program said and how it ended; 128 + N stands for the signal N.
package struct ToolResult: Sendable {
  package var status: Int32
  package var stdout: String
  package var stderr: String
}
