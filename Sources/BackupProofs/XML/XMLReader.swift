import CExpat
import TISBackupCore

/// Reads an XML document as its bytes come, in pieces of any size (Expat).
///
/// Made for documents of strangers: it holds no more than one piece of text and one token of the
/// document, nothing nests deeper than a limit, and a document type is refused, for that is where
/// entities are declared that grow without end. What was said before a flaw was said of a document
/// that is none: only ``finish()`` tells that it was one.
package final class XMLReader {
  /// What stands in the document, in its order.
  package enum Event: Equatable {
    case start(name: String, attributes: [String: String])
    case end(name: String)
    /// All text up to the next tag, with its spaces; never empty.
    case text(String)
  }

  /// How much of a document is taken.
  package struct Limits: Sendable {
    /// Elements within each other.
    package var depth = 64
    /// Bytes of one piece of text, and of one tag, comment or instruction.
    package var token = 1 << 20

    package init(depth: Int = 64, token: Int = 1 << 20) {
      (self.depth, self.token) = (depth, token)
    }
  }

  /// Expat looks at an unfinished token anew with each piece: it gets no small ones.
  private static let pieceSize = 64 << 10

  private let parser: XML_Parser
  private let subject: String
  private let limits: Limits
  private let hear: (Event) throws(BackupError) -> Void
  private var waiting: [UInt8] = []
  private var text: [UInt8] = []
  private var depth = 0
  private var taken = 0
  private var failure: BackupError?

  /// `subject` is what the document is, for messages, as `'/path'`; `hear` hears of what is in it, and
  /// may throw to have no more of it.
  package init(
    of subject: String, limits: Limits = Limits(),
    hear: @escaping (Event) throws(BackupError) -> Void
  ) throws(BackupError) {
    guard let parser = XML_ParserCreate(nil) else { throw BackupError(.storage, .noMemory) }
    (self.parser, self.subject, self.limits, self.hear) = (parser, subject, limits, hear)
    waiting.reserveCapacity(Self.pieceSize)
    // Unretained: the parser never outlives this object.
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    listen()
  }

  deinit { XML_ParserFree(parser) }

  /// Takes the next piece of the document.
  ///
  /// Throws `.unproven` with line and column when it is none, or goes beyond a limit, and whatever
  /// `hear` throws; then, and after that always the same.
  package func take(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    var rest = piece
    while !rest.isEmpty {
      let count = min(rest.count, Self.pieceSize - waiting.count)
      waiting += rest.prefix(count)
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      if waiting.count == Self.pieceSize { try parse(isFinal: false) }
    }
  }

  /// Ends the document: throws as ``take(_:)`` does when it is not whole.
  package func finish() throws(BackupError) { try parse(isFinal: true) }

  private func parse(isFinal: Bool) throws(BackupError) {
    if let failure { throw failure }
    let status = waiting.withUnsafeBytes { bytes in
      XML_Parse(
        parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count),
        isFinal ? 1 : 0)
    }
    taken += waiting.count
    waiting.removeAll(keepingCapacity: true)
    if status == XML_STATUS_ERROR { fail(reason) }
    // What Expat has not told of yet is the begin of a token, which it holds in memory.
    if !isFinal, taken - max(0, Int(XML_GetCurrentByteIndex(parser))) > limits.token {
      fail("holds something longer than \(ByteCount(Int64(limits.token)))")
    }
    if let failure { throw failure }
  }

  private var reason: String {
    let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) }
    return "is no XML: \(reason ?? "broken")"
  }

  /// The first failure is the one that counts; nothing is told after it.
  private func fail(_ reason: String) {
    guard failure == nil else { return }
    let (line, column) = (
      XML_GetCurrentLineNumber(parser), XML_GetCurrentColumnNumber(parser) + 1
    )
    failure = BackupError(.unproven, .flawed(subject, reason, "\(line):\(column)"))
    XML_StopParser(parser, XML_Bool(0))
  }

  private func tell(_ event: Event) {
    guard failure == nil else { return }
    do throws(BackupError) {
      try hear(event)
    } catch {
      failure = error
      XML_StopParser(parser, XML_Bool(0))
    }
  }
}

extension XMLReader {
  private static func reader(_ data: UnsafeMutableRawPointer?) -> XMLReader? {
    data.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
  }

  private func listen() {
    XML_SetElementHandler(
      parser,
      { data, name, attributes in XMLReader.reader(data)?.start(name, attributes) },
      { data, name in XMLReader.reader(data)?.end(name) })
    XML_SetCharacterDataHandler(parser) { data, letters, count in
      XMLReader.reader(data)?.add(UnsafeRawBufferPointer(start: letters, count: Int(count)))
    }
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
      XMLReader.reader(data)?.fail("declares a document type, and maybe entities")
    }
  }

  private func start(
    _ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
  ) {
    tellText()
    depth += 1
    guard depth <= limits.depth else { return fail("nests deeper than \(limits.depth) elements") }
    guard let name else { return }
    var values: [String: String] = [:]
    // Names and values by turns, up to a null; Expat refuses a name that comes twice.
    var next = attributes
    while let pair = next, let name = pair[0], let value = pair[1] {
      values[String(cString: name)] = String(cString: value)
      next = pair + 2
    }
    tell(.start(name: String(cString: name), attributes: values))
  }

  private func end(_ name: UnsafePointer<CChar>?) {
    tellText()
    depth -= 1
    if let name { tell(.end(name: String(cString: name))) }
  }

  private func add(_ letters: UnsafeRawBufferPointer) {
    guard text.count + letters.count <= limits.token else {
      return fail("holds a text longer than \(ByteCount(Int64(limits.token)))")
    }
    text += letters
  }

  private func tellText() {
    guard !text.isEmpty else { return }
    tell(.text(String(decoding: text, as: UTF8.self)))
    text.removeAll(keepingCapacity: true)
  }
}

extension BackupError.Message {
  fileprivate static func flawed(_ subject: String, _ reason: String, _ place: String) -> Self {
    "\(subject) \(reason), at \(place)"
  }
  fileprivate static let noMemory: Self = "no memory for Expat"
}
