extension SubmitterType {
  package static let nrdp = SubmitterType(
    name: "nrdp", summary: "NRDP, over http or https",
    keys: [.nrdpURL, .token, .caFile])
}

extension Key {
  package static let nrdpURL = Key.required(
    "url", .url(["https", "http"]), "its page, https://nagios.example.com/nrdp/")
  package static let token = Key.required("token", "one of its authorized tokens").secret
}
