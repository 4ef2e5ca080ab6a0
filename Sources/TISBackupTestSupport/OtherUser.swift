import Foundation
import Glibc

/// Runs `body` on a thread that opens and makes files as another user, without root's privileges;
/// run by anybody else, it stays who it is.
///
/// `setfsuid(2)` is of one thread alone, so other tests notice nothing.
package func asUser<Value: Sendable>(
  _ user: uid_t = 65_534, group: gid_t = 65_534, _ body: @escaping @Sendable () -> Value
) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      // The thread ends with this, so nothing is put back.
      _ = call("setfsgid", group)
      _ = call("setfsuid", user)
      continuation.resume(returning: body())
    }
  }
}

/// Calls of `sys/fsuid.h`, which Swift's Glibc module leaves out.
private func call(_ name: String, _ id: UInt32) -> Int32 {
  typealias Function = @convention(c) (UInt32) -> Int32
  guard let symbol = dlsym(nil, name) else { return -1 }
  return unsafeBitCast(symbol, to: Function.self)(id)
}

/// The number of a user of this machine; 65534, `nobody`, when there is none.
package func userID(_ name: String) -> (user: uid_t, group: gid_t) {
  guard let entry = getpwnam(name)?.pointee else { return (65_534, 65_534) }
  return (entry.pw_uid, entry.pw_gid)
}
