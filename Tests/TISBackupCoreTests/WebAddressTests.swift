import TISBackupCore
import Testing

@Suite("an address of the web")
struct WebAddressTests {
  @Test(
    "has its parts, and is printed as it was",
    arguments: [
      ("https://master.example.com:5665", "https", "master.example.com", 5665, ""),
      ("http://192.0.2.1/nrdp/", "http", "192.0.2.1", nil, "/nrdp/"),
      ("https://[2001:db8::1]:443/a?b=c#d", "https", "2001:db8::1", 443, "/a?b=c#d"),
      ("https://[2001:db8::1]", "https", "2001:db8::1", nil, ""),
      ("https://web1?x", "https", "web1", nil, "?x"),
      ("https://web1:65535/a:b@c", "https", "web1", 65_535, "/a:b@c"),
      ("ftp://web1", "ftp", "web1", nil, ""),
    ] as [(String, String, String, Int?, String)])
  func parts(_ text: String, _ scheme: String, _ host: String, _ port: Int?, _ path: String) throws
  {
    let address = try #require(WebAddress(text))
    #expect(address.scheme == scheme && address.host == host)
    #expect(address.port == port && address.path == path)
    #expect(address.text == text)
  }

  @Test("has its scheme in any case")
  func upperCase() { #expect(WebAddress("HTTPS://Web1")?.text == "https://Web1") }

  @Test(
    "is refused when it is none, has a login, or could break out of a configuration of curl",
    arguments: [
      "", "web1", "//web1", "https:/web1", "https://", "https:///path", "https://:443",
      "https://user@web1", "https://user:password@web1/", "https://web1:", "https://web1:0",
      "https://web1:65536", "https://web1:+80", "https://web1:-1", "https://web1:8x",
      "https://web1:80:80", "https://[::1", "https://[]", "https://[::1]x", "https://[::1]]:80",
      "https://a b", "https://a\tb", "https://a\nb", "https://a\"b", "https://a\\b", "https://ü",
      "https://a/\u{7F}", "https://web1/\0",
    ])
  func refused(_ text: String) { #expect(WebAddress(text) == nil) }

  @Test("as a value of the ini is told what is wrong with it")
  func problem() {
    let key = Key.required("url", .url(["https", "http"]), "where")
    let hint = "Write https:// or http://HOST:PORT, without a login."
    #expect(key.problem(with: "https://web1/nrdp/") == nil)
    for (text, message) in [
      ("web1", "is not an address"), ("ftp://web1", "has the scheme 'ftp'"),
      ("https://me@web1", "is not an address"),
    ] {
      #expect(key.problem(with: text)?.message == message)
      #expect(key.problem(with: text)?.hint == hint)
    }
  }
}
