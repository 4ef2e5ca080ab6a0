/// What XAPI answers when it does not do what it was asked: a code and its parameters, such as
/// `HANDLE_INVALID`, `["VM", "OpaqueRef:..."]`.
struct XAPIFailure: Error, Sendable, Equatable {
  var code: String
  var parameters: [String] = []

  init(_ code: String, _ parameters: [String] = []) {
    (self.code, self.parameters) = (code, parameters)
  }

  /// Reads the `error` of an answer: `{"message": CODE, "data": [...]}` of version 2, or the bare
  /// list that version 1 and a host that boots give.
  init?(_ error: XAPIValue) {
    if let list = error.list, let code = list.first?.text {
      self.init(code, list.dropFirst().map(\.shown))
    } else if let map = error.map, let code = map["message"]?.text {
      self.init(code, (map["data"]?.list ?? []).map(\.shown))
    } else {
      return nil
    }
  }

  /// Reads the `error_info` of a task.
  init?(task error: XAPIValue?) {
    guard let list = error?.list, let code = list.first?.text else { return nil }
    self.init(code, list.dropFirst().map(\.shown))
  }

  /// The code with what it is about, cleaned and short, for messages.
  var text: String {
    let about = parameters.filter { !$0.isEmpty && !$0.hasPrefix("OpaqueRef:") }.prefix(4)
    let words = ([code] + about).map(ForeignText.line)
    return words.count == 1 ? words[0] : "\(words[0]) (\(words[1...].joined(separator: ", ")))"
  }
}

extension XAPIValue {
  /// A parameter of a failure as text.
  fileprivate var shown: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): "\(integer)"
    case .flag(let flag): "\(flag)"
    default: ""
    }
  }
}
