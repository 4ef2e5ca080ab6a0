import TISBackupCore

/// What a refusal of XAPI means for a section, and its cure.
///
/// The codes are those of the Xen API reference; what a code is about stands in its parameters.
struct XAPITrouble {
  let section: String

  /// The error; `subject` is what was asked: the method, or what it was for.
  func error(_ failure: XAPIFailure, _ subject: String) -> BackupError {
    BackupError(
      code(failure.code), .refused(section, subject, failure), hint: Self.hint(failure.code))
  }

  private func code(_ code: String) -> BackupError.Code {
    switch code {
    case "HOST_STILL_BOOTING", "TOO_MANY_PENDING_TASKS", "HOST_OFFLINE", "SESSION_INVALID":
      .transport
    case "SESSION_AUTHENTICATION_FAILED", "RBAC_PERMISSION_DENIED", "SESSION_NOT_REGISTERED",
      "USER_IS_NOT_LOCAL_SUPERUSER":
      .refused
    default: .driver
    }
  }

  private static func hint(_ code: String) -> BackupError.Message {
    switch code {
    case "SESSION_AUTHENTICATION_FAILED": .login
    case "RBAC_PERMISSION_DENIED", "USER_IS_NOT_LOCAL_SUPERUSER": .role
    case "HOST_STILL_BOOTING": .booting
    case "TOO_MANY_PENDING_TASKS": .busy
    case "OTHER_OPERATION_IN_PROGRESS": .inUse
    case "VM_MISSING_PV_DRIVERS", "VM_LACKS_FEATURE", "VM_LACKS_FEATURE_SHUTDOWN": .guestTools
    case "VM_SHUTDOWN_TIMEOUT": .shutdown
    case "SR_FULL", "VDI_TOO_LARGE", "SR_BACKEND_FAILURE_44": .full
    case "LICENCE_RESTRICTION", "LICENSE_RESTRICTION": .licence
    case "SESSION_INVALID": .forgot
    case "HANDLE_INVALID", "UUID_INVALID": .gone
    default: .log
    }
  }
}

extension BackupError.Message {
  fileprivate static func refused(_ section: String, _ subject: String, _ failure: XAPIFailure)
    -> Self
  {
    "section [\(section)]: \(subject): the Xen host says \(failure.text)"
  }
  fileprivate static let login: Self =
    "Correct the login (line one) and its password (line two) in 'password_file'."
  fileprivate static let role: Self =
    "Give the login the role vm-admin, or pool-admin for xen-meta-data."
  fileprivate static let booting: Self = "Wait until the host has started."
  fileprivate static let busy: Self = "The host is busy; run fewer backups of that pool at once."
  fileprivate static let inUse: Self =
    "Something else is done with the machine, such as its migration or another backup; wait for its end."
  fileprivate static let guestTools: Self =
    "Install the guest tools in the machine, or back it up running (halt_vm = no)."
  fileprivate static let shutdown: Self =
    "See why the machine does not shut down; it is never forced to. Or back it up running (halt_vm = no)."
  fileprivate static let full: Self =
    "Make room on the storage: a snapshot, and a copy, take some."
  fileprivate static let licence: Self = "See the licence of the host."
  fileprivate static let forgot: Self = "The host has lost the session; was it restarted?"
  fileprivate static let gone: Self =
    "It is not there any more; somebody may have removed it while we worked."
  fileprivate static let log: Self =
    "See the Xen API reference for that code, and /var/log/xensource.log on the host."
}
