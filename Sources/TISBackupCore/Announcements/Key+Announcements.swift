extension Key {
  /// The keys of `[global]` of the monitoring ini.
  package static let announcements: [Key] = [
    .announcedHost, .announcedService, .announcedExport, .announcedSummary, .ttlMargin,
    .submissionTimeout,
  ]

  package static let submitterType = Key.required(
    "type", "how results travel: " + SubmitterTypes.all.map(\.name).joined(separator: ", "))
  package static let announcedHost = Key.optional(
    "host", .template, default: "{server_name}", "host of a section's services")
  package static let announcedService = Key.optional(
    "service", .template, default: "backup-{section}", "service of a section's backups")
  package static let announcedExport = Key.optional(
    "export_service", .template, "service of a section's exports; without it none are announced")
  package static let announcedSummary = Key.optional(
    "summary", .servicePair, "HOST;SERVICE of one result over all sections")
  package static let ttlMargin = Key.optional(
    "ttl_margin", .span(.hours), default: "2h",
    "a result is stale that long after maximum_backup_age has passed")
  package static let submissionTimeout = Key.optional(
    "timeout", .span(.seconds), default: "10s", "time a target has, at the end of a run")
  /// Of the backup ini's `[global]`.
  package static let monitoringConfig = Key.optional(
    "monitoring_config", .path,
    "the monitoring ini (tisbackup-monitoring.ini beside this file, if there is one)")

  /// The key that names the service of one section, or silences it; its value is `HOST;SERVICE` or
  /// `off`.
  package static let mapPrefix = "map_"
  /// The same for the exports of a section.
  package static let exportMapPrefix = "export_map_"
}
