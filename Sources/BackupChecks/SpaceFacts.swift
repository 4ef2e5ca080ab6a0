/// What is left on the file system of the base folder.
package struct SpaceFacts: Sendable {
  /// The base folder.
  package var path: String
  /// Nil when nobody could tell, for the reason in ``problem``.
  package var space: FileSystemSpace?
  package var problem = ""
  package var limits: SpaceLimits

  package init(path: String, space: FileSystemSpace?, limits: SpaceLimits) {
    (self.path, self.space, self.limits) = (path, space, limits)
  }
}
