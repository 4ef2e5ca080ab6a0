import Mustache

/// Makes text safe inside of elements and of quoted attributes.
///
/// Byte by byte: Mustache's own goes by characters as readers see them, and leaves a quote alone that a
/// combining accent follows, which closes an attribute all the same.
struct PageEscaping: MustacheContentType {
  static let name = "PAGE"

  func escapeText(_ text: String) -> String { Self.escape(text) }

  static func escape(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      switch byte {
      case 0x26: bytes += "&amp;".utf8
      case 0x3c: bytes += "&lt;".utf8
      case 0x3e: bytes += "&gt;".utf8
      case 0x22: bytes += "&quot;".utf8
      case 0x27: bytes += "&#39;".utf8
      // No page may hold them, and no browser shows them.
      case 0x00...0x08, 0x0b, 0x0c, 0x0e...0x1f, 0x7f: bytes += "\u{fffd}".utf8
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
