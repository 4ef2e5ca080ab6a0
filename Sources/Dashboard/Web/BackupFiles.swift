import BackupJobs
import HTTPTypes
import Hummingbird
import NIOCore
import OutsideWorld
import TISBackupCore

/// Shows what is in a backup, and sends its files.
struct BackupFiles {
  let dashboard: Dashboard

  /// Bytes that are read and sent at once.
  private static let piece = 256 * 1024
  /// Names on one page.
  private static let listed = 2000

  func answer(_ request: Request, _ context: DashboardContext) async throws -> Response {
    let configuration = try dashboard.settings.configuration()
    let section = try ReadingRoutes.section(context, configuration)
    let name = context.parameters.get("backup") ?? ""
    // Only what is a finished backup by its name: neither locks nor papers, nor what is removed.
    guard
      section.type?.start(
        ofKept: name, section: section.name, in: dashboard.settings.world.zone) != nil
    else { throw Refusal(.notFound, "There is no such backup.") }
    let path = request.uri.path
    guard let place = path.firstRange(of: "/files/"),
      let names = PercentText.names(in: path[place.upperBound...])
    else { throw Refusal(.badRequest, "That is no path of a file.") }
    let root = "\(configuration.layout.folder(of: section))/\(name)"
    let below = Array(names.dropFirst())
    let item = try await refusing { () throws(StoredItem.Problem) in
      try StoredItem(root: root, path: below)
    }
    return item.kind == .folder
      ? try await folder(item, section, name, below, context)
      : file(item, named: below.last ?? Array(name.utf8), request)
  }

  /// Works on a thread of its own, and says in words what cannot be.
  private func refusing<Value: Sendable>(
    _ work: @escaping @Sendable () throws(StoredItem.Problem) -> Value
  ) async throws -> Value {
    switch await OwnThread.run({ Result { () throws(StoredItem.Problem) in try work() } }) {
    case .success(let value): return value
    case .failure(.missing): throw Refusal(.notFound, "That is not in this backup.")
    case .failure(.link): throw Refusal(.notFound, "That is a link, and links are not followed.")
    case .failure(.special):
      throw Refusal(.notFound, "Only files and folders can be looked at.")
    case .failure(.forbidden):
      throw Refusal(.forbidden, "The page may not read that: it runs as another user.")
    }
  }

  private func folder(
    _ item: StoredItem, _ section: Section, _ backup: String, _ path: [[UInt8]],
    _ context: DashboardContext
  ) async throws -> Response {
    let listing = try await refusing { () throws(StoredItem.Problem) in
      try FolderListing(item, limit: Self.listed)
    }
    let home = "/sections/\(PercentText.encode(section.name))"
    var address = "\(home)/files/\(PercentText.encode(backup))/"
    var steps = [
      FolderPage.Step(name: section.name, address: home),
      FolderPage.Step(name: backup, address: address),
    ]
    for name in path {
      address += PercentText.encode(name) + "/"
      steps.append(FolderPage.Step(name: String(decoding: name, as: UTF8.self), address: address))
    }
    let here = dashboard.writer.prefix + address
    let entries = listing.names.map { entry($0, in: here) }
    let page = FolderPage(
      title: steps.last?.name ?? backup, steps: steps, entries: entries,
      cut: listing.count > entries.count
        ? "The first \(entries.count) of \(listing.count) names." : nil)
    return dashboard.writer.response(page, context.visitor)
  }

  private func entry(_ name: FolderListing.Name, in address: String) -> FolderPage.Entry {
    let isFolder = name.kind == .folder
    let own = address + PercentText.encode(name.bytes) + (isFolder ? "/" : "")
    return FolderPage.Entry(
      name: Terminal.clean(String(decoding: name.bytes, as: UTF8.self)) + (isFolder ? "/" : ""),
      address: isFolder || name.kind == .file ? own : nil,
      size: name.kind == .file ? "\(ByteCount(name.size))" : "",
      modified: name.modified.displayText(in: dashboard.settings.world.zone),
      kind: "\(name.kind)")
  }

  /// Sent to be kept, never to be shown: what is in a backup may be a page of somebody else.
  private func file(_ item: StoredItem, named name: [UInt8], _ request: Request) -> Response {
    let size = item.size
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/octet-stream",
        .contentDisposition: "attachment; filename*=UTF-8''\(PercentText.encode(name))",
        .contentSecurityPolicy: "sandbox; default-src 'none'",
      ],
      body: .init(contentLength: Int(size)) { writer in
        var offset: Int64 = 0
        while offset < size {
          let count = Int(min(Int64(Self.piece), size - offset))
          let start = offset
          let bytes = await OwnThread.run { item.read(count, from: start) }
          // Cut off: who was promised more bytes sees that they do not come.
          guard let bytes, !bytes.isEmpty else { throw Refusal(.internalServerError, "cut off") }
          try await writer.write(ByteBuffer(bytes: bytes))
          offset += Int64(bytes.count)
        }
        try await writer.finish(nil)
      })
  }
}
