import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Streams through our compression, read back by gzip itself, and files of others through our
/// reading.
@Suite(.scratch)
struct GzipTests {
  /// Around the size of a block, of a segment, and of nothing.
  static let sizes = [
    0, 1, 511 << 10, (512 << 10) - 1, 512 << 10, (512 << 10) + 1, 3 << 20, (16 << 20) + 12_345,
  ]

  @Test(arguments: sizes, [1, 2, 5])
  func `what goes in comes out of zcat, whatever the size and however many cores`(
    _ size: Int, _ cores: Int
  ) async throws {
    let stream = await OwnThread.run { Self.stream(size) }
    let content = try await Self.compressed(stream, cores: cores)
    #expect(content.edges.count == Int64(size))
    #expect(content.edges.head == Array(stream.prefix(512)))
    #expect(content.edges.tail == Array(stream.suffix(4096)))
    #expect(try bytes(Self.path).count == Int(content.fileBytes))
    #expect(try await program(["gzip", "-t", Self.path]).status == 0)
    let plain = try await program(["sh", "-c", "zcat \"$1\" > \"$1.plain\"", "sh", Self.path])
    #expect(plain.status == 0, "\(plain.stderr)")
    #expect(try bytes(Self.path + ".plain") == stream)
    let read = await OwnThread.run { [path = Self.path] in Result { try Self.read(path) } }
    #expect(try read.get() == stream)
  }

  @Test func `a higher level makes a smaller file, and pigz reads it too`() async throws {
    let stream = Self.stream(2 << 20)
    var sizes: [Int64] = []
    for level in [1, 6, 9] {
      sizes.append(try Self.compress(stream, level: level).fileBytes)
      #expect(try await program(["pigz", "-t", Self.path]).status == 0)
      try FileManager.default.removeItem(atPath: Self.path)
    }
    #expect(sizes[0] > sizes[1] && sizes[1] >= sizes[2])
  }

  @Test func `blocks that stand alone cost less than 2 percent`() async throws {
    let stream = Self.stream(8 << 20)
    let ours = try Self.compress(stream).fileBytes
    try Data(stream).write(to: URL(filePath: Self.path + ".plain"))
    let theirs = try await program(["sh", "-c", "gzip -6 < \"$1.plain\" | wc -c", "sh", Self.path])
    let bytes = try #require(
      Int64(theirs.stdout.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(Double(ours) < 1.02 * Double(bytes))
  }

  @Test func `a file that is there already is not written over`() throws {
    try write("mine", to: Self.path)
    let error = #expect(throws: BackupError.self) {
      try GzipSink(path: Self.path, level: 6, cores: 1)
    }
    #expect(error?.message.text == "cannot make '\(Self.path)': File exists")
    #expect(try text(Self.path) == "mine")
  }

  @Test(arguments: [1, 4])
  func `a disk that is full is told once the program ends, and ends the stream`(_ cores: Int)
    async throws
  {
    try await SmallDisk.mounted("\(ScratchDirectory.path)/disk", kilobytes: 64) { disk in
      let path = "\(disk)/dump.gz"
      let sink = try GzipSink(path: path, level: 1, cores: cores)
      try sink.drain(bytes: Self.noise(8 << 20))
      let error = #expect(throws: BackupError.self) { try sink.finish() }
      #expect(error?.message.text == "cannot write '\(path)': No space left on device")
      #expect(error?.hint != nil)
      #expect(error?.code == .storage)
    }
  }

  @Test func `what was given up leaves no thread behind that writes`() throws {
    let sink = try GzipSink(path: Self.path, level: 6, cores: 3)
    try sink.drain(bytes: Self.stream(3 << 20))
    sink.cancel()
    #expect(throws: BackupError.self) { try sink.finish() }
  }

  @Test func `a file that is cut anywhere is cut short`() throws {
    let whole = try Self.compressed(Self.stream(40_000))
    for length in Array(0..<30) + [whole.count / 2] + Array((whole.count - 30)..<whole.count) {
      let error = #expect(throws: BackupError.self, "\(length) bytes") {
        try Self.read(Array(whole.prefix(length)))
      }
      #expect(error?.code == .unproven)
      #expect(error?.message.text.hasSuffix("is cut short") == true, "\(length)")
    }
  }

  @Test func `a bit that flips is seen, wherever it is`() throws {
    let whole = try Self.compressed(Self.stream(40_000))
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      var damaged = whole
      // The header's time, flags of effort and system say nothing of the content.
      let place = Int.random(in: 10..<whole.count, using: &generator)
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      let error = #expect(throws: BackupError.self, "byte \(place)") { try Self.read(damaged) }
      #expect(error?.code == .unproven)
    }
  }

  @Test(
    arguments: [
      ([0x6e, 0x6f, 0x20, 0x67], "is damaged: it does not inflate to what its checksum says"),
      ([], "is cut short"),
      ([0, 0, 0], "is damaged: it does not inflate to what its checksum says"),
    ] as [([UInt8], String)])
  func `what is no gzip is refused`(_ bytes: [UInt8], _ reason: String) throws {
    let error = #expect(throws: BackupError.self) { try Self.read(bytes) }
    #expect(error?.message.text == "'\(Self.path)' \(reason)")
  }

  @Test func `files of several members, and with zeros after them, are read as gzip reads them`()
    throws
  {
    let (one, two) = (Self.stream(5000), Self.stream(70_000))
    let members = try Self.compressed(one) + Self.compressed(two)
    #expect(try Self.read(members) == one + two)
    #expect(try Self.read(members + [UInt8](repeating: 0, count: 1000)) == one + two)
    let error = #expect(throws: BackupError.self) { try Self.read(members + [0, 7, 7]) }
    #expect(error?.message.text == "'\(Self.path)' is followed by something that is no gzip")
  }

  @Test func `reading stops when nobody wants more`() throws {
    _ = try Self.compress(Self.stream(3 << 20))
    var pieces = 0
    let isWhole = try GzipReader(path: Self.path).read { _ in
      pieces += 1
      return pieces < 2
    }
    #expect(!isWhole && pieces == 2)
  }

  @Test func `a reader whose task is cancelled stops, and says so`() async throws {
    _ = try Self.compress(Self.stream(8 << 20))
    let task = Task { [path = Self.path] in
      withUnsafeCurrentTask { $0?.cancel() }
      return try await GzipReader(path: path).edges()
    }
    let error = await #expect(throws: BackupError.self) { try await task.value }
    #expect(error?.code == .interrupted)
  }

  private static var path: String { "\(ScratchDirectory.path)/stream.gz" }

  private static func compress(_ stream: [UInt8], level: Int = 6, cores: Int = 2) throws
    -> DumpContent
  {
    let sink = try GzipSink(path: path, level: level, cores: cores)
    try sink.drain(bytes: stream)
    return try sink.finish()
  }

  /// The same on a thread of its own: those of all tests are few.
  private static func compressed(_ stream: [UInt8], cores: Int) async throws -> DumpContent {
    try await OwnThread.run { [path = Self.path] in
      Result {
        let sink = try GzipSink(path: path, level: 6, cores: cores)
        try sink.drain(bytes: stream)
        return try sink.finish()
      }
    }.get()
  }

  private static func compressed(_ stream: [UInt8]) throws -> [UInt8] {
    _ = try compress(stream)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try TISBackupTestSupport.bytes(path)
  }

  private static func read(_ file: [UInt8]) throws -> [UInt8] {
    try Data(file).write(to: URL(filePath: path))
    return try read(path)
  }

  private static func read(_ path: String) throws -> [UInt8] {
    var content: [UInt8] = []
    #expect(
      try GzipReader(path: path).read { piece in
        content += piece
        return true
      })
    return content
  }

  /// What nobody can compress.
  private static func noise(_ size: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: 2)
    return (0..<(size / 8)).flatMap { _ in
      withUnsafeBytes(of: generator.next()) { Array($0) }
    }
  }

  /// Text as dumps hold it: it repeats itself, and not too much.
  static func stream(_ size: Int) -> [UInt8] { Array(whole.prefix(size)) }

  /// Made once: a debug build takes its time.
  private static let whole: [UInt8] = {
    var generator = SeededGenerator(seed: 1)
    let words = (0..<500).map { _ in
      (0..<Int.random(in: 2...9, using: &generator)).map { _ in
        UInt8.random(in: 97...122, using: &generator)
      } + [0x20]
    }
    let sentences = (0..<2000).map { _ in
      (0..<30).flatMap { _ in words[Int.random(in: 0..<500, using: &generator)] }
    }
    var text: [UInt8] = []
    while text.count < sizes[sizes.count - 1] {
      text += sentences[Int.random(in: 0..<2000, using: &generator)]
    }
    return text
  }()
}
