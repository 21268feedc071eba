package import Engine
import Metainfo

/// What `swarm run` was started with.
package struct StartOptions: Sendable {
    /// One option of the command line that sets something.
    package enum Setting: Sendable, Hashable {
        /// `-O`: a command as in a config, `directory=~/x`.
        case command(String)
        /// `-o`, `-b`, `-d`…: a command and its only argument, taken as it is.
        case raw(command: String, argument: String)
    }

    /// In the order of the command line; they run before the config, which therefore overrides them.
    package var settings: [Setting] = []
    /// The config file; nil for `-n`.
    package var config: String?
    /// A missing config is only logged.
    package var isConfigOptional = false
    /// Files and URLs to load and start, after the session's.
    package var arguments: [String] = []
    /// What the engine is made with, before any setting says otherwise.
    package var engine = EngineConfiguration(peerID: .generate())
    /// Where lines for people go: warnings, failing handlers, what `print` says. Any thread.
    package var log: @Sendable (String) -> Void

    package init(log: @escaping @Sendable (String) -> Void) { self.log = log }
}
