extension Key {
  /// Of `[global]` alone: how much of a run happens at once.
  package static let parallelJobs = Key.optional(
    "parallel_jobs", .number(1...256), default: "2", "sections at work at once (--jobs)")
  package static let parallelPerServer = Key.optional(
    "parallel_per_server", .number(1...256), default: "1",
    "how many of them on one server_name")

  package static let retries = Key.optional(
    "retries", .number(0...100), default: "2",
    "how often a connection that fails or breaks is tried again"
  ).global()
  package static let retryDelay = Key.optional(
    "retry_delay", .span(.seconds), default: "30s",
    "wait before the first of them; each further one waits twice as long"
  ).global()
  package static let window = Key.optional(
    "window", .windows,
    "when a run of it may begin, by the clock of this server: 22:00-06:00, 12:30-13:30"
  ).global()
}
