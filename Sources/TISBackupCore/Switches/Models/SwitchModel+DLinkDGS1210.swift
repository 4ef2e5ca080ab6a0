extension SwitchModel {
  /// D-Link DGS-1210: no command line, but a file of its web pages, in a form of its own.
  ///
  /// A login that fails is answered with the status 200 and a page that says so.
  package static let dlinkDGS1210 = SwitchModel(
    name: "DLINK-DGS1210", aliases: ["DLINK-DGS1210-WEB"],
    summary: "D-Link DGS-1210, by its web pages", transport: .http, suffix: ".bin",
    minimumLines: 0,
    page: SwitchPage(
      login: .init(
        path: "/form/formLoginApply", referer: "/www/login.html",
        fields: [
          .init("Login", "{user}"), .init("Password", "{password}"), .init("sellanId", "0"),
          .init("sellan", "0"), .init("lang_seqid", "1"),
        ]),
      download: .init(path: "/BinFile/config.bin", referer: "/www/iss/013_download_cfg.html"),
      refusals: ["Wrong password", "wrong password", "Incorrect password"]))
}
