import Foundation

/// A stand-in for a machine with Microsoft SQL Server, which no Linux distribution has.
///
/// `sqlcmd` and `osql` are scripts on the PATH of its logins. They take exactly the options and
/// statements that are meant, read names and texts as Transact-SQL does, and write a file with a
/// checksum of its own, which they verify.
package struct SQLServerMachine: Sendable {
  /// What goes wrong.
  package enum Fault: String, CaseIterable, Sendable {
    /// The service may not write into the folder.
    case denied
    /// Half a file, and an error.
    case full
    /// Half a file, and no error.
    case cut
    /// No file, and no error.
    case nothing
    /// A file that is no backup.
    case text
    /// Half a file, and nothing more until it is released.
    case hang
    /// What was written cannot be read.
    case verify
    /// An end that looks like that of ssh.
    case status255 = "255"
  }

  /// What the server is like.
  private struct Description: Encodable {
    var databases: [String]
    var isOld: Bool
    var instance: String
    var user: String?
    var password: String
    var fault: String

    enum CodingKeys: String, CodingKey { case databases, isOld, instance, user, password, fault }

    /// With a null for nobody, which a synthesised one leaves out.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(databases, forKey: .databases)
      try container.encode(isOld, forKey: .isOld)
      try container.encode(instance, forKey: .instance)
      try container.encode(user, forKey: .user)
      try container.encode(password, forKey: .password)
      try container.encode(fault, forKey: .fault)
    }
  }

  private let state: String
  /// The folder that takes backups until they are fetched.
  package let folder: String

  /// The variables that a login there has.
  package var environment: [String: String] { ["PATH": "\(state)/bin:/usr/bin:/bin"] }

  package init(in scratch: String) throws {
    (state, folder) = ("\(scratch)/sqlserver", "\(scratch)/c: 'Temp' $1")
    for path in ["\(state)/bin", folder] { try makeFolder(path) }
    let script =
      URL(filePath: #filePath).deletingLastPathComponent().path + "/SQLServer/client.py"
    for name in ["sqlcmd", "osql"] {
      try writeScript(
        "exec /usr/bin/python3 -B '\(script)' '\(state)' \(name) \"$@\"",
        to: "\(state)/bin/\(name)")
    }
  }

  /// What the server is like from now on; without a `user` it trusts the login of the machine.
  package func set(
    databases: [String], isOld: Bool = false, instance: String = "localhost",
    user: String? = nil, password: String = "", fault: Fault? = nil
  ) throws {
    let description = Description(
      databases: databases, isOld: isOld, instance: instance, user: user, password: password,
      fault: fault?.rawValue ?? "")
    try JSONEncoder().encode(description).write(to: URL(filePath: "\(state)/server.json"))
  }

  /// Lets go on what hangs.
  package func release() throws { try write("", to: "\(state)/release") }

  /// What the last whole backup was.
  package func written() throws -> [UInt8] { try bytes("\(state)/written.bak") }

  /// The statements that the server was given.
  package func statements() throws -> [String] {
    try text("\(state)/calls.log").split(separator: "\n").map(String.init)
  }

  /// Takes a program away.
  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(state)/bin/\(name)")
  }
}
