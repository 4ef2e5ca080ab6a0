import Foundation
import Glibc
import Testing

func chmod(_ path: String, _ mode: Int) throws {
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}

func inode(_ path: String) throws -> Int {
  try #require(
    try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int)
}

/// Every path below a folder with what it holds, to see whether anything was changed; the files of
/// locks are nobody's change.
func contents(_ folder: String) throws -> [String: Data] {
  var result: [String: Data] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
  where !path.hasSuffix(".lock") {
    result[path] = FileManager.default.contents(atPath: "\(folder)/\(path)") ?? Data()
  }
  return result
}

/// Does something with the rights of an ordinary user, also where root runs the tests.
///
/// Only the file system rights of this one thread are dropped (`setfsuid(2)`), so tests beside it
/// are not disturbed; that is why `body` must not suspend.
func withoutRootRights<Result>(_ body: () throws -> Result) throws -> Result {
  guard geteuid() == 0 else { return try body() }
  let symbol = try #require(dlsym(nil, "setfsuid"))
  let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)
  _ = setfsuid(65_534)
  defer { _ = setfsuid(0) }
  return try body()
}
