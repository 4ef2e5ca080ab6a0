/// A pool of Xen hosts as a test describes it; ``XAPIHost`` makes the full records of the API of it.
package struct XAPIPool: Encodable, Sendable {
  /// A virtual machine.
  package struct Machine: Encodable, Sendable {
    package var name: String
    package var uuid: String?
    package var description = ""
    package var state = State.halted
    package var template = false
    /// Whether the guest listens when it is asked to shut down.
    package var tools = true
    /// The storage of an image in its CD drive; it has no drive without.
    package var cd: String?
    package var disks: [Disk] = []
    /// The names of the networks it has a card in.
    package var networks: [String] = []
    package var otherConfig: [String: String] = [:]
    package var tags: [String] = []
    /// What is being done with it by others: names of operations by tasks.
    package var operations: [String: String] = [:]
    package var snapshots: [Snapshot] = []
    /// The host that it runs on.
    package var host = 0

    package init(_ name: String, state: State = .halted, disks: [Disk] = []) {
      (self.name, self.state, self.disks) = (name, state, disks)
    }
  }

  /// The power states of the API.
  package enum State: String, Encodable, Sendable {
    case halted = "Halted"
    case running = "Running"
    case paused = "Paused"
    case suspended = "Suspended"
  }

  /// A disk of a machine, of any size in bytes.
  package struct Disk: Encodable, Sendable {
    package var size: Int
    package var content: Content
    package var storage: String

    package init(_ size: Int, _ content: Content = .random(seed: 1), on storage: String = "Local") {
      (self.size, self.content, self.storage) = (size, content, storage)
    }
  }

  /// A snapshot that was there before us.
  package struct Snapshot: Encodable, Sendable {
    package var name: String
    package var otherConfig: [String: String] = [:]

    package init(_ name: String, otherConfig: [String: String] = [:]) {
      (self.name, self.otherConfig) = (name, otherConfig)
    }
  }

  /// A storage; `hosts` are those that see it, all of them when nil.
  package struct Storage: Encodable, Sendable {
    package var name: String
    package var size = 1 << 44
    /// `ext` takes snapshots for nothing, `lvm` needs the whole size again, `iso` has images only.
    package var type = "ext"
    package var hosts: [Int]?

    package init(_ name: String, size: Int = 1 << 44, type: String = "ext", hosts: [Int]? = nil) {
      (self.name, self.size, self.type, self.hosts) = (name, size, type, hosts)
    }
  }

  /// What all hosts of it have in common.
  package struct Settings: Encodable, Sendable {
    package var user = "root"
    package var password = "xen-s3cret"
    /// How long a refused login takes, in seconds: 5 on a real host.
    package var loginDelay = 0.0
    /// How often an asynchronous task is looked at before it is done.
    package var polls = 1
    package var generation = Generation.current
    package var export = Export()
  }

  /// Hosts of today, and those whose calls take fewer parameters and have other errors.
  package enum Generation: String, Encodable, Sendable { case current, old }

  /// The form of exports.
  package struct Export: Encodable, Sendable {
    package var checksum = Checksum.xxhash
    /// After how many chunks an empty one comes, as when zeros take long to read; never when 0.
    package var keepAlive = 0
  }

  /// The names that checksums of chunks end with.
  package enum Checksum: String, Encodable, Sendable { case xxhash, checksum }

  package var machines: [Machine]
  package var storages = [
    Storage("Local"), Storage("Backups"), Storage("ISOs", type: "iso"),
  ]
  package var networks = ["Pool-wide network associated with eth0"]
  package var settings = Settings()
  /// How many hosts there are, and which of them is the master.
  package var size = 1
  package var master = 0

  package init(_ machines: [Machine]) { self.machines = machines }

  /// One of each kind: a machine that runs, one that does not, a template, two of one name.
  package static var sample: XAPIPool {
    var web = Machine(
      "web1", state: .running,
      disks: [Disk(5 << 20, .random(seed: 7, every: 2)), Disk(3_000_000, .zeros())])
    web.networks = ["Pool-wide network associated with eth0"]
    web.cd = "ISOs"
    var golden = Machine("golden", disks: [Disk(2 << 20)])
    golden.template = true
    return XAPIPool([
      web, Machine("db1", disks: [Disk(4 << 20, .random(seed: 8))]), golden,
      Machine("twin", disks: [Disk(1 << 20)]), Machine("twin", disks: [Disk(1 << 20)]),
    ])
  }
}

extension XAPIPool {
  /// What is on a disk, chunk by chunk of a MiB.
  package enum Content: Encodable, Sendable {
    /// Nothing but zeros; `allocated` ones are in an export too.
    case zeros(allocated: Bool = false)
    /// Noise that no compressor makes smaller, in each `every`th chunk.
    case random(seed: Int, every: Int = 1)
    /// The same noise in all chunks, which costs the host no time.
    case repeated(seed: Int)

    private enum CodingKeys: CodingKey { case kind, seed, every, allocated }

    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .zeros(let allocated):
        try values.encode("zeros", forKey: .kind)
        try values.encode(allocated, forKey: .allocated)
      case .random(let seed, let every):
        try values.encode("random", forKey: .kind)
        try values.encode(seed, forKey: .seed)
        try values.encode(every, forKey: .every)
      case .repeated(let seed):
        try values.encode("repeated", forKey: .kind)
        try values.encode(seed, forKey: .seed)
      }
    }
  }
}
