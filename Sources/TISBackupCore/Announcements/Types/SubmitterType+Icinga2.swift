extension SubmitterType {
  package static let icinga2 = SubmitterType(
    name: "icinga2", summary: "the API of Icinga 2, process-check-result",
    keys: [
      .icingaURL, .apiUser, .password, .caFile, .tlsName, .clientCertificate, .clientKey, .readBack,
    ],
    problem: { target in
      let hasUser = target.text(.apiUser) != nil
      let hasCertificate = target.text(.clientCertificate) != nil
      if hasUser != (target.text(.password) != nil) {
        return (
          "has one of 'user' and 'password' without the other",
          "Give both, 'password_file' for the second, or 'client_cert' and 'client_key' instead."
        )
      }
      if hasCertificate != (target.text(.clientKey) != nil) {
        return ("has one of 'client_cert' and 'client_key' without the other", "Give both.")
      }
      guard hasUser || hasCertificate else {
        return (
          "has no login", "Give 'user' and 'password_file', or 'client_cert' and 'client_key'."
        )
      }
      return nil
    })
}

extension Key {
  package static let icingaURL = Key.required(
    "url", .url(["https"]), "its API, https://master.example.com:5665")
  package static let apiUser = Key.optional("user", "name of the ApiUser")
  package static let password = Key.optional("password", "its password").secret
  package static let caFile = Key.optional(
    "ca_file", .path, "CA that signed the server's certificate (those of the system)")
  package static let tlsName = Key.optional(
    "tls_name", .host, "name in the server's certificate, where the url has another")
  package static let clientCertificate = Key.optional(
    "client_cert", .path, "certificate to log in with; its CN is client_cn of the ApiUser")
  package static let clientKey = Key.optional("client_key", .path, "private key of client_cert")
  package static let readBack = Key.optional(
    "readback", .flag, default: "no",
    "ask the server what it now shows; needs the permission objects/query/Service")
}
