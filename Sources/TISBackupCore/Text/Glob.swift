import Glibc

/// A pattern for names: `*`, `?` and `[...]`, as the shell has them for files.
///
/// Matching is that of fnmatch(3) without flags: the whole name counts, `*` also stands for a dot
/// or a slash, a backslash takes the meaning from what follows it. In the C locale, which the
/// tools never leave, `?` stands for one byte.
package struct Glob: Sendable, Hashable {
  package let pattern: String

  package init(_ pattern: String) { self.pattern = pattern }

  /// Whether it can match nothing but its own text.
  package var isLiteral: Bool { !pattern.utf8.contains { "*?[\\".utf8.contains($0) } }

  package func matches(_ name: String) -> Bool { fnmatch(pattern, name, 0) == 0 }
}
