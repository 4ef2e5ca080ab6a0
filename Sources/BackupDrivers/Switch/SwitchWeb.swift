import BackupProofs
import OutsideWorld
import TISBackupCore

/// How a switch that only has web pages is reached: curl logs in by its form, then asks for its file.
///
/// Both in one process, which keeps the cookie in its memory, and all that is said on its standard
/// input. The file comes by standard output, what became of each request by standard error.
struct SwitchWeb: SwitchSource {
  /// No such file is larger.
  private static let limit = 64 << 20
  /// Begins a line that tells the status of a request.
  private static let mark = "tisbackup-status "

  let section: String
  private let address: String
  private let port: Int
  private let scheme: String
  private let page: SwitchPage
  private let login: SwitchLogin
  private let trust: CertificateTrust?
  private let connectTimeout: Int
  private let idleTimeout: Int

  init(_ section: Section, _ model: SwitchModel, _ page: SwitchPage) throws(BackupError) {
    (self.section, self.page) = (section.name, page)
    address = try section.switchAddress()
    let (transport, port) = try model.transport(of: section)
    (self.port, scheme) = (port, transport.rawValue)
    login = try SwitchLogin(section)
    trust =
      transport == .https
      ? try CertificateTrust(section, fallback: .authority(.system)) : nil
    connectTimeout = max(1, try section.seconds(.connectTimeout) ?? 15)
    idleTimeout = max(1, try section.seconds(.idleTimeout) ?? 600)
  }

  var invocation: Invocation { .curl([]) }

  private var host: String {
    "\(address.contains(":") ? "[\(address)]" : address):\(port)"
  }

  func copy(in workspace: Workspace?, using world: World) async throws(BackupError) -> SwitchCopy {
    // Trying a login remembers nothing.
    let trusted = try await trust?.trust(in: host, pins: workspace != nil, using: world)
    let answer = try ScratchFile()
    let file = TextSink(limit: Self.limit)
    var invocation = Invocation.curl(
      try lines(trusted, answerPath: answer.path),
      timeLimit: (connectTimeout + idleTimeout) * 2 + 5)
    (invocation.sink, invocation.deadline) = (file, workspace?.attempts.deadline)
    world.say(Note(.debug, section, invocation.redacted))
    let finished = try await world.run(invocation, nil)
    if let error = CurlEnd(section: section, host: host).error(finished) { throw error }
    try check(Self.codes(in: finished.errors), try SmallFile.text(at: answer.path, limit: 65_536))
    guard let bytes = file.bytes else {
      throw BackupError(.driver, .tooLarge(section, host), hint: .rightModel)
    }
    try check(bytes)
    var copy = SwitchCopy(
      bytes: bytes,
      findings: ["logged in at \(scheme)://\(host)", "its file has \(bytes.count) bytes"])
    if trusted == .anyone {
      copy.notes = ["tls_verify = no: whoever stands between could have read the login"]
    }
    return copy
  }

  private func lines(_ trusted: CurlTrust?, answerPath: String) throws(BackupError) -> [String] {
    try request(page.login, trusted) + [try CurlText.line("output", answerPath), "next"]
      + request(page.download, trusted)
  }

  private func request(_ form: SwitchPage.Form, _ trusted: CurlTrust?) throws(BackupError)
    -> [String]
  {
    var lines = ["silent", "show-error", "globoff"]
    func add(_ option: String, _ value: String) throws(BackupError) {
      lines.append(try CurlText.line(option, value))
    }
    try add("url", "\(scheme)://\(host)\(form.path)")
    try add("referer", "\(scheme)://\(host)\(form.referer)")
    // An empty name turns on the memory for cookies, for this process alone.
    try add("cookie", "")
    if form.fields.isEmpty { try add("data", "") }
    for field in form.fields {
      let value = String(decoding: login.bytes(field.value, enter: []), as: UTF8.self)
      try add("data-urlencode", "\(field.name)=\(value)")
    }
    lines += try trusted?.lines() ?? []
    // Nobody between is to see the login.
    try add("noproxy", "*")
    try add("connect-timeout", "\(connectTimeout)")
    try add("max-time", "\(connectTimeout + idleTimeout)")
    try add("write-out", "%{stderr}\(Self.mark)%{http_code}\n")
    return lines
  }

  private static func codes(in errors: String) -> [String] {
    errors.split(whereSeparator: \.isNewline).filter { $0.hasPrefix(mark) }
      .map { String($0.dropFirst(mark.count).prefix(3)) }
  }

  private func check(_ codes: [String], _ answer: String) throws(BackupError) {
    guard codes.first == "200", codes.last == "200", codes.count == 2 else {
      throw BackupError(
        ["401", "403"].contains(codes.first ?? "") ? .refused : .driver,
        .statuses(section, host, codes), hint: .rightModel)
    }
    if let words = page.refusals.first(where: answer.contains) {
      throw BackupError(.refused, .refused(section, host, words), hint: .login)
    }
  }

  /// A page in the place of the file is one that asks to log in.
  private func check(_ bytes: [UInt8]) throws(BackupError) {
    guard !bytes.isEmpty else {
      throw BackupError(.driver, .empty(section, host), hint: .rightModel)
    }
    let beginning = String(decoding: bytes.prefix(64), as: UTF8.self).trimmingBlanks().lowercased()
    guard !["<!doctype", "<html", "<head", "<script"].contains(where: beginning.hasPrefix) else {
      throw BackupError(.refused, .page(section, host), hint: .login)
    }
  }
}

extension BackupError.Message {
  fileprivate static func statuses(_ section: String, _ host: String, _ codes: [String]) -> Self {
    "section [\(section)]: switch '\(host)': answers its login and its file with \(codes.joined(separator: " and ")), not twice with 200"
  }
  fileprivate static let rightModel: Self =
    "Is switch_type right? Log in with a browser, and look whether the configuration can be downloaded there."
  fileprivate static func refused(_ section: String, _ host: String, _ words: String) -> Self {
    "section [\(section)]: switch '\(host)': refuses the login: '\(words)'"
  }
  fileprivate static let login: Self = "Check switch_user and switch_password."
  fileprivate static func empty(_ section: String, _ host: String) -> Self {
    "section [\(section)]: switch '\(host)': gives an empty file"
  }
  fileprivate static func tooLarge(_ section: String, _ host: String) -> Self {
    "section [\(section)]: switch '\(host)': gives a file that does not end"
  }
  fileprivate static func page(_ section: String, _ host: String) -> Self {
    "section [\(section)]: switch '\(host)': gives a page in the place of its file"
  }
}
