/// One key of the ini file: the schema that drives validation, `--list-drivers` and the README.
package struct Key: Sendable, Equatable {
  /// How the value of a key is written.
  package enum Form: Sendable, Equatable {
    case text
    /// The name or address of a machine.
    case host
    /// An absolute path on this server.
    case path
    /// An absolute path on the machine that is backed up.
    case remotePath
    /// A command line, run where the help says.
    case command
    /// A command of this server, run without a shell.
    case localCommand
    /// Words given to a program as they stand, never to a shell.
    case words
    case flag
    case number(ClosedRange<Int>)
    /// A time span; a bare number counts in this unit.
    case span(TimeSpan.Unit)
    /// A size; a bare number is bytes.
    case size
    /// Whole percents, with or without `%`.
    case percent
    /// Times of day, `22:00-06:00`, several with commas.
    case windows
    /// Percent of a file system, or a size with its unit.
    case share
    case choice([String])
    /// `"a","b*"` or `--exclude=a --exclude b*`.
    case excludes
    /// `a,b*` or `"a","b,c"`: names, in which `*`, `?` and `[...]` mean what they do to a shell.
    case names
    /// An address with one of these schemes, a host and no login.
    case url([String])
    /// A name with `{words}` in it, see ``NameTemplate``; or `off`.
    case template
    /// The SHA-256 of a certificate: 64 hexadecimal digits, with or without colons.
    case fingerprint
    /// `HOST;SERVICE`, which may hold `{words}`; or `off`.
    case servicePair
  }

  package var name: String
  package var form: Form
  package var isRequired: Bool
  /// Never printed, logged, catalogued or put on a command line.
  package var isSecret = false
  /// What holds when the key is given nowhere, as it would be written in the ini.
  package var fallback: String?
  /// The key of `[global]` that is this key's default for all sections, where there is one.
  package var globalName: String?
  /// One line for people.
  package var help: String

  package static func required(_ name: String, _ form: Form, _ help: String) -> Key {
    Key(name: name, form: form, isRequired: true, help: help)
  }

  package static func required(_ name: String, _ help: String) -> Key {
    required(name, .text, help)
  }

  package static func optional(
    _ name: String, _ form: Form, default fallback: String? = nil, _ help: String
  ) -> Key {
    Key(name: name, form: form, isRequired: false, fallback: fallback, help: help)
  }

  package static func optional(
    _ name: String, default fallback: String? = nil, _ help: String
  ) -> Key {
    optional(name, .text, default: fallback, help)
  }

  /// The same key, also allowed in `[global]`, under its own or another name.
  package func global(as name: String? = nil) -> Key {
    var key = self
    key.globalName = name ?? self.name
    return key
  }

  /// The same key, holding a secret.
  package var secret: Key {
    var key = self
    key.isSecret = true
    return key
  }

  /// The same key, which must be given: no default stands in for it.
  package var required: Key {
    var key = self
    (key.isRequired, key.fallback) = (true, nil)
    return key
  }

  /// All names under which a section may give this key: a secret may stand in a file of its own.
  package var names: [String] { isSecret ? [name, name + "_file"] : [name] }
}
