import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// What must hold for every type, now and later, and what existing ini files hold already.
struct BackupTypeTests {
  static let types = BackupTypes.all.map(\.name)

  private func type(_ name: String) throws -> BackupType {
    try #require(BackupTypes.named(name))
  }

  @Test func `names and aliases lead to one type each`() {
    let words = BackupTypes.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(words).count == words.count)
    for type in BackupTypes.all {
      for word in [type.name] + type.aliases { #expect(BackupTypes.named(word)?.name == type.name) }
    }
    #expect(BackupTypes.named("") == nil && BackupTypes.named("Rsync") == nil)
    #expect(BackupTypes.named("xcp-dump-metadata")?.name == "xen-meta-data")
  }

  @Test(arguments: types)
  func `every key has a name of its own, a form of help that fits a list, and a sound default`(
    _ name: String
  ) throws {
    let type = try type(name)
    #expect(!type.summary.isEmpty && !type.summary.contains("\n") && !type.summary.hasSuffix("."))
    let names = type.allKeys.flatMap(\.names)
    #expect(Set(names).count == names.count)
    for key in type.allKeys {
      #expect(
        key.name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_".utf8.contains($0) })
      #expect(!key.help.isEmpty && !key.help.contains("\n"))
      #expect(!key.help.hasSuffix(".") || key.help.hasSuffix("..."))
      #expect(key.help.count <= 110, "\(key.name)")
      guard let fallback = key.fallback else { continue }
      #expect(!key.isRequired && !fallback.isEmpty)
      #expect(key.problem(with: fallback) == nil, "the default of \(key.name)")
    }
    #expect(Key.common.allSatisfy { common in type.allKeys.contains { $0.name == common.name } })
  }

  @Test(arguments: types)
  func `what holds a password is marked as a secret, and no secret has a place in global`(
    _ name: String
  ) throws {
    for key in try type(name).allKeys {
      let isPassword = key.name.contains("passw") && !key.name.hasSuffix("_file")
      #expect(key.isSecret == isPassword, "\(key.name)")
      #expect(key.names == (isPassword ? [key.name, key.name + "_file"] : [key.name]))
      if key.isSecret { #expect(key.globalName == nil && key.fallback == nil) }
    }
  }

  @Test func `a key of global means the same to every type`() {
    var meanings: [String: Key] = [:]
    for key in BackupTypes.all.flatMap(\.allKeys) {
      guard let name = key.globalName else { continue }
      if let other = meanings[name] { #expect(other == key, "\(name)") }
      meanings[name] = key
    }
    #expect(
      Set(meanings.keys).isSuperset(of: [
        "backup_retention_time", "maximum_backup_age", "bw_limit", "compression_level", "start_vm",
        "max_copies", "delete_snapshot",
      ]))
  }

  private static let rsyncOptions =
    "compression compressionlevel bwlimit exclude_list protect_args overload_args"

  /// The table of TISBackup: required and optional keys beside the common ones.
  @Test(arguments: [
    ("null", "", ""), ("rsync", "remote_user remote_dir rsync_module password_file", rsyncOptions),
    ("rsync+ssh", "remote_user remote_dir private_key", rsyncOptions + " cipher_spec"),
    ("rsync+btrfs", "remote_user remote_dir rsync_module password_file", rsyncOptions),
    ("rsync+btrfs+ssh", "remote_user remote_dir private_key", rsyncOptions + " cipher_spec"),
    ("mysql+ssh", "private_key db_user db_passwd", "db_name"),
    ("pgsql+ssh", "private_key", "db_name tmp_dir encoding"),
    ("samba4", "private_key", "root_dir_samba"),
    (
      "sqlserver+ssh", "private_key db_name",
      "username remote_backup_dir sqlserver_before_2005 db_server_name db_user db_password"
    ),
    (
      "xen-xva", "xcphost password_file",
      "enable_https halt_vm verify_export reuse_snapshot ignore_proxies use_compression"
    ),
    ("xen-meta-data", "", "private_key password_file"),
    (
      "copy-vm-xcp", "vm_name storage_name password_file network_name",
      "start_vm max_copies delete_snapshot halt_vm"
    ),
    ("switch", "switch_ip switch_type", "switch_user switch_password"),
  ])
  func `an ini that TISBackup reads has no key that is missing or unknown`(
    _ name: String, _ required: String, _ optional: String
  ) throws {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    let common = ["type", "server_name", "backup_retention_time", "maximum_backup_age"]
    let keys = try type(name).allKeys
    let ours = Set(keys.filter(\.isRequired).map(\.name))
    #expect(ours.isSubset(of: words(required) + common), "\(ours)")
    let known = Set(keys.map(\.name))
    #expect(known.isSuperset(of: words(required) + words(optional) + common))
    #expect(
      known.isSuperset(of: [
        "description", "preexec", "postexec", "private_key", "remote_user", "ssh_port",
      ]))
  }

  @Test(arguments: [
    ("rsync", "20261123-19h10m54", true), ("rsync+btrfs+ssh", "20261123-19h10m54", true),
    ("mysql+ssh", "20261123-19h10m54", true), ("rsync", "20261123-19h10m54.partial", false),
    ("rsync", "20261123-19h10m54.rsync", false), ("rsync", ".trash-20261123-19h10m54", false),
    ("rsync", "last_backup", false), ("xen-xva", "web-20261123-19h10m54.xva", true),
    ("xen-xva", "web2-20261123-19h10m54.xva", false), ("xen-xva", "20261123-19h10m54.xva", false),
    ("xen-xva", "web-20261123-19h10m54.xva.partial", false),
    ("xen-xva", "web-x-20261123-19h10m54.xva", false),
    ("xen-xva", "web20261123-19h10m54.xva", false), ("xen-xva", ".xva", false),
    ("sqlserver+ssh", "any db-20261123-19h10m54.bak.gz", true),
    ("sqlserver+ssh", "-20261123-19h10m54.bak.gz", false),
    ("sqlserver+ssh", ".trash-shop-20261123-19h10m54.bak.gz", false),
    ("xen-meta-data", "xcp_metadata-20261123-19h10m54.dump.gz", true),
    ("xen-meta-data", "web-20261123-19h10m54.dump.gz", false),
    ("switch", "web-20261123-19h10m54.txt", true), ("switch", "web-20261123-19h10m54.bin", true),
    ("switch", "web-20261123-19h10m54.cfg", true), ("switch", "web-20261123-19h10m54.exe", false),
    ("null", "20261123-19h10m54", false), ("copy-vm-xcp", "web-20261123-19h10m54", false),
    ("rsync", "", false), ("xen-xva", "", false),
  ])
  func `a finished backup is known by its name, and nothing else is taken for one`(
    _ name: String, _ artifact: String, _ isBackup: Bool
  ) throws {
    let start = try type(name).start(ofArtifact: artifact, section: "web", in: .paris)
    #expect(start == (isBackup ? Instant(seconds: 1_795_457_454) : nil))
  }

  @Test func `only null is without a backup by design`() {
    #expect(BackupTypes.all.filter(\.isByDesignWithoutBackup).map(\.name) == ["null"])
  }
}
