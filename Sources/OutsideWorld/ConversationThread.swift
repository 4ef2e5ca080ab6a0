import Glibc
import Synchronization
import SystemPackage
import TISBackupCore

/// A conversation, and the terminal it is held on.
///
/// Not a pipe: ssh asks for passwords on a terminal alone, and a program is hung up on when the last
/// one who has the other end of it is gone.
struct ConversationThread {
  /// How long a program may take to leave that was hung up on.
  private static let grace = Duration.seconds(2)

  /// The ends for the program, to be closed in this process once it has started.
  let programInput: FileDescriptor
  let programOutput: FileDescriptor
  private let master: Int32
  private let conversation: any Conversation

  init(_ conversation: any Conversation) throws(BackupError) {
    let terminal = try PseudoTerminal()
    self.conversation = conversation
    (master, programInput, programOutput) = (terminal.master, terminal.input, terminal.output)
  }

  /// Talks to the end and hangs up; ends when the program had its time to leave then.
  func parting() async throws -> Finished.End {
    let (master, conversation) = (master, conversation)
    await OwnThread.run {
      conversation.talk(on: ConversationLine(master))
      close(master)
    }
    try await Task.sleep(for: Self.grace)
    return .signaled(SIGHUP)
  }
}
