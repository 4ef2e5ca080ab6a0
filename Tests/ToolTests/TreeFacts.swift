import TISBackupTestSupport
import Testing

/// A folder with something of everything that a file system keeps, and all that can be told of one.
enum TreeFacts {
  /// Makes the folder: owners, modes, times, links, a fifo, a device, attributes, an ACL.
  static func sample(_ folder: String) async throws { try await python(maker, folder) }

  /// What is in a folder, a line a name, as another program than ours sees it.
  static func of(_ folder: String) async throws -> String { try await python(reader, folder) }

  @discardableResult
  private static func python(_ script: String, _ folder: String) async throws -> String {
    let result = try await program(["python3", "-", folder], input: script)
    try #require(result.status == 0, "\(result.stderr)")
    return result.stdout
  }

  private static let maker = """
    import os, struct, sys
    top = sys.argv[1]
    def make(name, text, mode, user, group, time):
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file: file.write(text)
        finish(path, mode, user, group, time)
        return path
    def finish(path, mode, user, group, time):
        os.chown(path, user, group)
        os.chmod(path, mode)
        os.utime(path, ns=(time, time))
    conf = make("etc/app/app.conf", "port = 1\\n", 0o640, 1234, 2345, 1_500_000_000_123456789)
    make("etc/hosts", "127.0.0.1 localhost\\n", 0o644, 0, 0, 1_400_000_000_000000001)
    data = make("srv/app/a b's \\u00e9", "x" * 70_000, 0o4755, 33, 33, 1_000_000_000_999999999)
    os.link(data, os.path.join(top, "srv/app/hard"))
    os.symlink("../../etc/hosts", os.path.join(top, "srv/app/link"))
    os.mkfifo(os.path.join(top, "srv/app/pipe"), 0o620)
    os.mknod(os.path.join(top, "srv/app/null"), 0o20666, os.makedev(1, 3))
    os.setxattr(conf, "user.note", b"by hand\\0\\xff")
    acl = struct.pack("<I", 2)
    for entry in [(1, 6, -1), (2, 4, 4321), (4, 4, -1), (16, 4, -1), (32, 0, -1)]:
        acl += struct.pack("<HHi", *entry)
    os.setxattr(conf, "system.posix_acl_access", acl)
    for number, name in enumerate(["srv/app/link", "srv/app/pipe", "srv/app/null", "etc"]):
        time = 1_300_000_000_000000001 + number
        os.utime(os.path.join(top, name), ns=(time, time), follow_symlinks=False)
    for name, user, mode in [("srv/app", 33, 0o2750), ("srv", 7, 0o755), ("etc/app", 9, 0o711)]:
        finish(os.path.join(top, name), mode, user, user, 1_200_000_000_000000000)
    """

  private static let reader = """
    import hashlib, os, stat, sys
    top = sys.argv[1]
    first = {}
    for folder, folders, files in os.walk(top):
        folders.sort()
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            shown = os.path.relpath(path, top)
            s = os.lstat(path)
            facts = [shown, oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns, s.st_rdev]
            if stat.S_ISREG(s.st_mode):
                with open(path, "rb") as file: facts.append(hashlib.sha256(file.read()).hexdigest())
                facts += [s.st_size, s.st_nlink, first.setdefault(s.st_ino, shown)]
            if stat.S_ISLNK(s.st_mode): facts.append(os.readlink(path))
            for key in sorted(os.listxattr(path, follow_symlinks=False)):
                # XFS shows an ACL under a name of its own, too, which a copy then has as well.
                if key.startswith("trusted.SGI_"): continue
                facts += [key, os.getxattr(path, key, follow_symlinks=False)]
            print(facts)
    """
}
