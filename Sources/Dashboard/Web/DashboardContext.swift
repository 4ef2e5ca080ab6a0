import Hummingbird
import NIOCore

/// What is known of a request beside what it says.
struct DashboardContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The address of who is connected; that of the proxy where there is one.
  let peer: String
  /// Who asks; nil before he has logged in.
  var visitor: Visitor?

  /// Forms are short.
  var maxUploadSize: Int { 64 * 1024 }

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress ?? ""
  }

  var isFromThisMachine: Bool { peer == "::1" || peer.hasPrefix("127.") || peer.isEmpty }
}

/// Somebody who has logged in.
struct Visitor: Sendable, Equatable {
  let user: String
  /// What his forms have to bring back; nil for a script, which has no cookie that others could use.
  let token: String?
}
