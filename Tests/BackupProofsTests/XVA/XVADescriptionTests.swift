import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Descriptions of machines that are broken, hostile or of another program.
struct XVADescriptionTests {
  private typealias Fixtures = XVAFixtures

  private static let good = Fixtures.sample().description

  /// A description, and what is said of it.
  static let flawed: [(String, String)] = [
    ("", "is no XML: no element found, at 1:1"),
    ("<value>", "is no XML: no element found"),
    (String(good.dropLast(9)), "is no XML"),
    (good + "x", "is no XML: junk after document element"),
    ("<value><struct></struct></value>", "holds no list of objects"),
    ("<value>x</value>", "holds no list of objects"),
    ("<ova/>", "holds the element 'ova' where none may be"),
    ("<struct/>", "holds the element 'struct' where none may be"),
    ("<value><value/></value>", "holds the element 'value' where none may be"),
    ("<value><struct><value/></struct></value>", "holds the element 'value' where none may be"),
    ("<value><int>1</int><int>2</int></value>", "holds a value of two types"),
    ("<value><array><value/></array></value>", "holds the element 'value' where none may be"),
    (
      good.replacing("<value>2048</value>", with: "<value>-1</value>"),
      "gives the disk 'Ref:7' the size '-1'"
    ),
    (good.replacing("<value>2048</value>", with: "<value></value>"), "the size ''"),
    (good.replacing("<value>2048</value>", with: "<value>1e9</value>"), "the size '1e9'"),
    (
      good.replacing("<value>2048</value>", with: "<value>99999999999999999999</value>"),
      "the size '99999999999999999999'"
    ),
    (
      good.replacing("<value>2048</value>", with: "<value>2305843009213693952</value>"),
      "the size '2305843009213693952'"
    ),
    (good.replacing("virtual_size", with: "size"), "the size 'none'"),
    (
      good.replacing(
        "<name>id</name><value>Ref:7</value>", with: "<name>id</name><value>Ref:6</value>"),
      "has a drive with the disk 'Ref:7', which it does not describe"
    ),
    (
      good.replacing("<value>Ref:7</value>", with: "<value>../../etc</value>"),
      "has a disk '../../etc', which can be no folder"
    ),
    (
      good.replacing("<value>Ref:7</value>", with: "<value>Ref 7</value>"), "which can be no folder"
    ),
    (
      good.replacing(
        "<value>Ref:7</value>", with: "<value>\(String(repeating: "x", count: 65))</value>"),
      "which can be no folder"
    ),
    (
      good.replacing("<value>Ref:9001</value>", with: "<value>Ref:9000</value>"),
      "holds 'Ref:9000' twice"
    ),
    (String(repeating: "<value><array><data>", count: 30), "nests deeper than 64 elements"),
    ("<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;'>]>" + good, "declares a document type"),
  ]

  @Test(arguments: flawed)
  func `a description that cannot be right is refused`(_ text: String, _ answer: String) {
    var members = Fixtures.sample().members
    members[0].data = Array(text.utf8)
    for pieces in [50, 1 << 20] {
      let said = Fixtures.complaint(XVASample.bytes(members), pieces: pieces)
      #expect(said.hasPrefix("is damaged: its ova.xml "), "\(said)")
      #expect(said.contains(answer), "\(said)")
    }
  }

  @Test func `one that is larger than any machine's is not read`() {
    var members = Fixtures.sample().members
    members[0].header = XVASample.header("ova.xml", size: (16 << 20) + 1)
    #expect(
      Fixtures.complaint(XVASample.bytes(members))
        == "is damaged: its ova.xml would have 16777217 bytes")
  }

  @Test func `one with more objects than any machine has is given up`() throws {
    let object =
      "<value><struct><member><name>class</name><value>VDI</value></member><member><name>id</name>"
    let objects = (0..<5000).map { "\(object)<value>Ref:\($0)</value></member></struct></value>" }
    let text =
      "<value><struct><member><name>objects</name><value><array><data>\(objects.joined())"
      + "</data></array></value></member></struct></value>"
    var members = Fixtures.sample().members
    members[0].data = Array(text.utf8)
    let said = Fixtures.complaint(XVASample.bytes(members), pieces: 1 << 16)
    #expect(said == "is damaged: its ova.xml holds more than 4096 objects")
  }

  @Test func `a size that says more or less than there is makes it incomplete, or too large`() {
    var sample = Fixtures.sample(chunks: "ab9")
    sample.disks[0].size = "1034"
    #expect(
      Fixtures.complaint(sample.bytes).contains(
        "of the disk 'Ref:7' there are 1033 bytes of 1034"))
    sample.disks[0].size = "1032"
    #expect(
      Fixtures.complaint(sample.bytes).contains(
        "with its 9 bytes goes beyond the 8 that are left of 1032"))
    sample.disks[0].size = "1152921504606846976"
    #expect(Fixtures.complaint(sample.bytes).contains("there are 1033 bytes of"))
  }
}
