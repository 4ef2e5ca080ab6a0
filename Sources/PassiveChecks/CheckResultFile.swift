import Monitoring
import TISBackupCore

/// Results as the text of one check result file, of which Nagios reads any number at once.
///
/// The format is that of `process_check_result_file` of Nagios 4.4 (`base/utils.c`): lines of names
/// and values, and an empty line after each result.
package enum CheckResultFile {
  /// Bytes of a text.
  ///
  /// Nagios takes any, but keeps and writes all of it each few seconds.
  package static let textLimit = 32 << 10

  /// The whole file; `now` is the time of writing: Nagios deletes one that says it is older than
  /// `max_check_result_file_age`, an hour, without a look at its results.
  package static func text(_ results: [PassiveResult], now: Instant) -> String {
    "### passive results of TISBackup\nfile_time=\(now.seconds)\n\n"
      + results.map(one).joined()
  }

  /// Times without a fraction would be passed over.
  ///
  /// Start and finish are the same, or Nagios would
  /// show their difference as how long the check took.
  private static func one(_ result: PassiveResult) -> String {
    let text = PassiveText.lines(
      result.report, limit: textLimit, encode: PassiveText.escapingLines)
    return """
      host_name=\(result.name.host)
      service_description=\(result.name.service)
      check_type=1
      check_options=0
      scheduled_check=0
      reschedule_check=0
      latency=0
      start_time=\(result.time.seconds).0
      finish_time=\(result.time.seconds).0
      early_timeout=0
      exited_ok=1
      return_code=\(result.state.rawValue)
      output=\(text)


      """
  }
}
