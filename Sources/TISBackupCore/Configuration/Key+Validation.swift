extension Key {
  /// What is wrong with a value of this key, as the end of a sentence; nil when nothing is.
  package func problem(with value: String) -> (message: String, hint: String)? {
    switch form {
    case .text: nil
    case .host:
      value.hasPrefix("-") || value.unicodeScalars.contains { $0.value <= 0x20 || $0 == "\u{A0}" }
        ? ("is not the name of a machine", "Give a host name or an address.") : nil
    case .path:
      value.hasPrefix("/") ? nil : ("is not an absolute path", "Begin it with '/'.")
    case .remotePath: nil
    case .command: name.hasSuffix("_local") ? localCommandProblem(value) : nil
    case .localCommand: localCommandProblem(value)
    case .words: wordsProblem(value)
    case .flag:
      YesNo.parse(value) == nil ? ("is neither yes nor no", "Write 'yes' or 'no'.") : nil
    case .number(let range): numberProblem(value, range)
    case .span(let unit):
      TimeSpan(value, bareUnit: unit) == nil
        ? (
          "is not a time span",
          "Write a number of \(unit.plural), or one with a unit: 90s, 15m, 30h, 1d12h."
        )
        : nil
    case .size:
      ByteCount(value) == nil
        ? ("is not a size", "Write bytes, or a number with a unit: 700M, 1.5GiB, 2TB.") : nil
    case .percent:
      Self.percent(value) == nil ? ("is not a percentage", "Write a whole number: 50%.") : nil
    case .windows:
      DailyWindows(value) == nil
        ? (
          "is not a list of times of day",
          "Write when it may begin: 22:00-06:00, or several with commas."
        ) : nil
    case .share:
      Share(value) == nil
        ? ("is neither a percentage nor a size", "Write 5%, or a size with its unit: 20GiB.") : nil
    case .choice(let choices):
      choices.contains(value.lowercased())
        ? nil : ("is unknown", "Write one of \(choices.joined(separator: ", ")).")
    case .excludes: listProblem(value, ExcludeList.parse)
    case .names: listProblem(value, NamePatterns.parse)
    case .fingerprint:
      Self.isFingerprint(value)
        ? nil
        : (
          "is not the SHA-256 of a certificate",
          "Write its 64 hexadecimal digits, with or without colons."
        )
    case .url(let schemes): WebAddress.problem(with: value, schemes: schemes)
    case .template: templateProblem(value)
    case .servicePair: servicePairProblem(value)
    }
  }

  /// The number of a percentage, `50` of `50%`.
  package static func percent(_ value: String) -> Int? {
    let digits = value.hasSuffix("%") ? value.dropLast() : value[...]
    return Int(digits).flatMap { $0 >= 0 ? $0 : nil }
  }

  private func templateProblem(_ value: String) -> (String, String)? {
    let template = NameTemplate(value)
    let hint = "Use \(NameTemplate.words.map { "{\($0)}" }.joined(separator: ", "))."
    if let word = template.unknownWord { return ("has the unknown word '{\(word)}'", hint) }
    return template.isUnclosed ? ("has a '{' that is not closed", hint) : nil
  }

  /// A ';' after a blank begins a comment of the ini, and takes the service with it.
  private func servicePairProblem(_ value: String) -> (String, String)? {
    if value.lowercased() == "off" { return nil }
    guard AnnouncedName(pair: value) != nil else {
      return (
        "is not a host and its service",
        "Write 'HOST;SERVICE', with no blank before the ';', or 'off'."
      )
    }
    return templateProblem(value)
  }

  private func listProblem(
    _ value: String, _ parse: (String) throws(BackupError) -> [String]
  ) -> (String, String)? {
    do throws(BackupError) {
      _ = try parse(value)
      return nil
    } catch {
      return (error.message.text, error.hint?.text ?? "Write it as \"a\",\"b*\".")
    }
  }

  private func numberProblem(_ value: String, _ range: ClosedRange<Int>) -> (String, String)? {
    guard let number = Int(value) else { return ("is not a whole number", limits(range)) }
    return range.contains(number) ? nil : ("is out of range", limits(range))
  }

  private func limits(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "Write a whole number of at least \(range.lowerBound)."
      : "Write a whole number from \(range.lowerBound) to \(range.upperBound)."
  }

  /// A command of this server is split into words and run without a shell; one for the other side
  /// is the remote shell's business.
  private func localCommandProblem(_ value: String) -> (String, String)? {
    if let character = ShellWords.unquotedOperator(in: value) {
      return ("needs a shell ('\(character)')", "Put it into a script and name the script here.")
    }
    return wordsProblem(value)
  }

  private func wordsProblem(_ value: String) -> (String, String)? {
    do throws(BackupError) {
      _ = try ShellWords.split(value)
      return nil
    } catch {
      return (error.message.text, error.hint?.text ?? "Close every quote.")
    }
  }

  private static func isFingerprint(_ value: String) -> Bool {
    let digits = value.filter { $0 != ":" }
    return digits.utf8.count == 64 && digits.allSatisfy(\.isHexDigit)
  }
}
