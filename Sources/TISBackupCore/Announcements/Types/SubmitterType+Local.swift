extension SubmitterType {
  package static let nagiosPipe = SubmitterType(
    name: "nagios_pipe", summary: "the external command file of a Nagios on this machine",
    keys: [.required("path", .path, "its command_file: /var/lib/nagios4/rw/nagios.cmd")])

  package static let checkResults = SubmitterType(
    name: "checkresults", summary: "the check result folder of a Nagios on this machine",
    keys: [
      .required("path", .path, "its check_result_path: /var/lib/nagios4/spool/checkresults")
    ])

  /// Names are cut as NSCA cuts them, since that is what most of these programs speak.
  package static let command = SubmitterType(
    name: "command",
    summary: "a program that takes the input of send_nsca, such as that of NSCA-ng",
    keys: [.submissionCommand], nameLimits: (host: 63, service: 127))
}

extension Key {
  /// The path of a FIFO or a spool folder.
  package static let localPath = Key.required("path", .path, "where it is")
  package static let submissionCommand = Key.required(
    "command", .localCommand, "command on this server; results come on its standard input")
}
