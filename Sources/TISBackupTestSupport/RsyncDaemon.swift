import Foundation

/// A real rsync daemon with one module `data` behind a password.
package struct RsyncDaemon: Sendable {
  package static let user = "backup"
  package static let password = "s3cret word"

  package let server: Server
  /// The file a section names as `password_file`.
  package let passwordFile: String

  package var port: Int { server.port }

  /// Serves `folder`; its own files go into `scratch`.
  ///
  /// An `unprivileged` one reads as `nobody` even when root runs the tests, so that the rights of
  /// files mean something.
  package static func start(
    serving folder: String, in scratch: String, unprivileged: Bool = false
  ) async throws -> RsyncDaemon {
    let isNobody = unprivileged && getuid() == 0
    let port = try freePort()
    let secrets = try write("\(user):\(password)\n", to: "\(scratch)/rsyncd.secrets")
    let passwordFile = try write("\(password)\n", to: "\(scratch)/password")
    let configuration = try write(
      """
      use chroot = no
      pid file = \(scratch)/rsyncd.pid
      address = 127.0.0.1
      port = \(port)
      [data]
      path = \(folder)
      read only = yes
      uid = \(isNobody ? "nobody" : "\(getuid())")
      gid = \(isNobody ? "nogroup" : "\(getgid())")
      auth users = \(user)
      secrets file = \(secrets)

      """, to: "\(scratch)/rsyncd.conf")
    let server = try await Server(
      "/usr/bin/rsync", ["--daemon", "--no-detach", "--config=\(configuration)"], port: port,
      log: "\(scratch)/rsyncd.log")
    return RsyncDaemon(server: server, passwordFile: passwordFile)
  }
}

/// Writes a file only its owner may read, as servers demand of their secrets; gives its path.
@discardableResult
package func write(_ text: String, to path: String, mode: Int = 0o600) throws -> String {
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  return path
}
