/// Follows a value of XML-RPC (http://xmlrpc.com/spec) through its elements, and tells each scalar in
/// it with the names that lead there.
struct XMLRPCPaths {
  /// Stands in a path for a place in an array.
  static let item = "*"

  /// A value that is complete.
  struct Value: Equatable {
    /// The names of members that lead to it.
    var path: [String]
    /// What it is; nil for an array or a structure, whose parts were told before.
    var scalar: String?
  }

  /// Why a document is no such value.
  struct Flaw: Error { var reason: String }

  private var path: [String] = []
  private var open: [Element] = []
  private var text = ""
  /// Of each open value, whether it holds an element.
  private var isFilled: [Bool] = []

  private enum Element: Equatable {
    case value, structure, member, name, array, data
    case scalar(String)

    init(_ name: String) {
      switch name {
      case "value": self = .value
      case "struct": self = .structure
      case "member": self = .member
      case "name": self = .name
      case "array": self = .array
      case "data": self = .data
      default: self = .scalar(name)
      }
    }

    /// What it may stand in; nil for the document itself.
    func belongs(in parent: Element?) -> Bool {
      switch self {
      case .value: parent == nil || parent == .member || parent == .data
      case .structure, .array: parent == .value
      case .member: parent == .structure
      case .name: parent == .member
      case .data: parent == .array
      case .scalar(let name): parent == .value && Self.scalars.contains(name)
      }
    }

    private static let scalars: Set<String> = [
      "string", "int", "i4", "i8", "boolean", "double", "dateTime.iso8601", "base64", "nil",
    ]
  }

  /// Takes what stands next in the document; nil where nothing is complete.
  mutating func take(_ event: XMLReader.Event) throws(Flaw) -> Value? {
    switch event {
    case .text(let more):
      text = more
      return nil
    case .start(let name, _):
      try begin(Element(name), name)
      return nil
    case .end: return end()
    }
  }

  private mutating func begin(_ element: Element, _ name: String) throws(Flaw) {
    guard element.belongs(in: open.last) else {
      throw Flaw(reason: "holds the element '\(name)' where none may be")
    }
    switch element {
    case .value:
      isFilled.append(false)
      if open.last == .data { path.append(Self.item) }
    case .structure, .array, .scalar:
      guard isFilled.last == false else { throw Flaw(reason: "holds a value of two types") }
      isFilled[isFilled.count - 1] = true
    case .member: path.append("")
    case .name, .data: break
    }
    open.append(element)
    text = ""
  }

  private mutating func end() -> Value? {
    let element = open.removeLast()
    defer { text = "" }
    switch element {
    case .scalar: return Value(path: path, scalar: text)
    case .structure, .array: return Value(path: path, scalar: nil)
    case .name:
      path[path.count - 1] = text
      return nil
    case .member:
      path.removeLast()
      return nil
    case .value:
      defer { if open.last == .data { path.removeLast() } }
      // Without a type it is a string.
      return isFilled.removeLast() ? nil : Value(path: path, scalar: text)
    case .data: return nil
    }
  }
}
