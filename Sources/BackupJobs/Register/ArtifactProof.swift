import Glibc
import OutsideWorld
import TISBackupCore

/// What can be told of a backup on disk without the catalog: whether it is there, whole, not empty.
struct ArtifactProof {
  let type: BackupType
  let location: String
  let world: World

  /// Why this cannot be taken for a backup; nil when nothing speaks against it.
  func flaw() async -> String? {
    var status = stat()
    guard lstat(location, &status) == 0 else { return "cannot be read" }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    guard isFolder == (type.artifact == .folder) else {
      return isFolder ? "is a folder, not a file" : "is not a folder"
    }
    return isFolder ? await flawOfFolder() : await flawOfFile(location, Int(status.st_size))
  }

  private func flawOfFolder() async -> String? {
    do throws(BackupError) {
      if try FileTree.isEmpty(location) { return "is empty" }
    } catch {
      return error.oneLine
    }
    // A folder of dumps is as good as its worst dump.
    guard ![BackupType.rsync.name, BackupType.rsyncSSH.name].contains(type.name) else { return nil }
    for name in DiskLayout.names(in: location) where name.hasSuffix(".gz") {
      if let flaw = await flawOfGzip("\(location)/\(name)") { return "\(name) \(flaw)" }
    }
    return nil
  }

  private func flawOfFile(_ path: String, _ size: Int) async -> String? {
    guard size > 0 else { return "is empty" }
    if path.hasSuffix(".gz") { return await flawOfGzip(path) }
    guard path.hasSuffix(".xva") else { return nil }
    if (try? SmallFile.bytes(at: path, limit: 2)) == [0x1f, 0x8b] { return await flawOfGzip(path) }
    return endsAsTar(path, size) ? nil : "is cut short (no end of archive)"
  }

  private func flawOfGzip(_ path: String) async -> String? {
    do throws(BackupError) {
      let finished = try await world.run(Invocation("gzip", ["-t", "--", path]), nil)
      return finished.succeeded ? nil : "is not whole: \(finished.reason)"
    } catch {
      return error.oneLine
    }
  }

  /// A tar archive ends with two blocks of zeros (POSIX `pax`, ustar interchange format).
  private func endsAsTar(_ path: String, _ size: Int) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, size % 512 == 0, size >= 1024 else { return false }
    defer { close(descriptor) }
    var tail = [UInt8](repeating: 1, count: 1024)
    return pread(descriptor, &tail, 1024, size - 1024) == 1024 && tail.allSatisfy { $0 == 0 }
  }
}
