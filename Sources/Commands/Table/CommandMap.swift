import Synchronization

/// Every command by name: one definition gives its code, its permissions, its signature and its line of help.
///
/// How a family of the vocabulary is written (`Control/Vocabulary/…`):
///
/// ```swift
/// extension TargetKind { static let download = TargetKind(1) }
///
/// func defineDownloadFields(in map: CommandMap) {
///     // A field: no arguments, one result. `on:` makes the interpreter check the target's kind before the body runs.
///     map.define("d.name", on: .download, .string, flags: .isUntrustedSafe, help: "name of the torrent") {
///         (context, _) throws(CommandFault) in .string(try download(context).name)
///     }
///     // An action: `.void` is `<i4>0</i4>`; the scope says who may.
///     map.define("d.stop", on: .download, .void, scope: .control, help: "stop and remember it") {
///         (context, _) throws(CommandFault) in
///         try download(context).stop()
///         return .none
///     }
///     // With arguments: parameters feed help, signature and `swarm check`; `Arguments` converts with rTorrent's faults.
///     map.define(
///         "throttle.up", [.string("name"), .string("rate in KiB/s")], .void, scope: .control,
///         help: "define an upload throttle group"
///     ) { (_, arguments) throws(CommandFault) in
///         try limits.setGroup(arguments.text(0), arguments.integer(1, unit: .kibibytesPerSecond))
///         return .none
///     }
///     // A setting with its setter `NAME.set`, kept in the map, with a veto or an effect on change.
///     map.variable("system.file.max_size", .value(512 << 30, unit: .bytes), help: "larger files are refused")
///     map.variable("session.name", .string("host"), help: "name shown in titles") { (context, value) throws(CommandFault) in value }
///     // Events are multi commands: `method.set_key` adds handlers, `Interpreter.fire` runs them.
///     map.event("event.download.finished", on: .download, help: "download completed")
/// }
/// ```
///
/// - A command of kind `.any` runs with any target; others fault with `Target of wrong type to command.`
/// - When all families are defined, call ``installAliases()``: it adds the names of every generation and returns what is missing.
/// - Over RPC the target comes first (``Interpreter/callRemotely(_:_:targets:caller:)``); flag `takesNoTarget` marks the exceptions.
/// - A row of `d.multicall2` is `context.on(target)` and one `Interpreter.run` for each column parsed beforehand.
/// - Texts and `((calls))` that a command keeps for later (a filter, a load command) are `Value`s: keep the value, and run it with
///   ``Interpreter/runObject(_:_:)``, or its first command only with ``Interpreter/runFirst(_:_:)``; parsing is cached. Declare the
///   parameter as `.command`, so that `swarm check` looks into it.
/// - ``Interpreter/load(_:mode:_:)`` reads a config with `.collect`; afterwards `interpreter.diagnostics.all` has errors, warnings, notes.
/// - The owner calls ``Interpreter/runDue()`` when `interpreter.scheduler.nextDeadline` has come.
/// - Write `throws(CommandFault)` in closures: without it Swift infers `any Error`.
/// - Slow work belongs elsewhere: a body runs on the control loop.
package final class CommandMap {
    /// Tells slots of this map from those of another.
    private let token = CommandMap.tokens.add(1, ordering: .relaxed).newValue
    private var slots: [Command?] = []
    private var slotByName: [String: Int] = [:]

    private static let tokens = Atomic<Int>(0)

    package init() {}

    // MARK: - Looking up

    /// The command of that name, aliases included.
    package subscript(name: String) -> Command? { slotByName[name].flatMap { slots[$0] } }

    /// All commands there are, sorted by name.
    package var commands: [Command] {
        slots.compactMap { $0 }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// All commands there are, as they were defined.
    var inOrderOfDefinition: [Command] { slots.compactMap { $0 } }

    /// Where a parsed command will find its definition. Names that are not defined yet are looked up when they are run, so that foreign
    /// text cannot fill the table.
    func slot(for name: String) -> CommandSlot { CommandSlot(map: token, index: slotByName[name] ?? -1) }

    /// The definition of a parsed command.
    @inline(__always)
    func command(for parsed: ParsedCommand) throws(CommandFault) -> Command {
        let slot = parsed.slot
        if slot.index >= 0, slot.map == token, let command = slots[slot.index] { return command }
        guard let command = self[parsed.name] else { throw .noSuchCommand(parsed.name) }
        return command
    }

    // MARK: - Changing

    /// Adds a command. A definition in place of an existing one is a bug of the vocabulary.
    package func insert(_ command: Command) {
        precondition(self[command.name] == nil, "\(command.name) is defined twice")
        if let slot = slotByName[command.name] {
            slots[slot] = command
        } else {
            slotByName[command.name] = slots.count
            slots.append(command)
        }
    }

    func remove(_ name: String) {
        guard let slot = slotByName[name] else { return }
        if let command = slots[slot], command.alias?.generation == .user { command.destination?.redirects -= 1 }
        slots[slot] = nil
    }
}

/// An index into one map's table.
struct CommandSlot: Sendable {
    let map: Int
    /// -1: not defined when the text was parsed.
    let index: Int
}
