extension Builtins {
    static func defineSchedule(in map: CommandMap) {
        let parameters: [CommandParameter] = [
            .string("key"), .string("start, seconds or [HH:]MM:SS"), .string("interval, seconds or [[D:]H:]M:S"),
            .command("command"),
        ]
        map.define(
            "schedule2", parameters, .void, scope: .admin,
            help: "runs a command later, and again each interval; 0 is once"
        ) { (context, arguments) throws(CommandFault) in
            try schedule(arguments, context, replaces: true)
        }
        map.define(
            "schedule.if_absent", parameters, .void, scope: .admin, help: "as schedule2, unless the key is taken"
        ) { (context, arguments) throws(CommandFault) in
            try schedule(arguments, context, replaces: false)
        }
        map.define("schedule_remove2", [.string("key")], .void, scope: .admin, help: "removes a scheduled command") {
            (context, arguments) throws(CommandFault) in
            context.interpreter.scheduler.remove(key: try arguments.onlyString())
            return .none
        }
    }

    private static func schedule(
        _ arguments: Arguments, _ context: CommandContext, replaces: Bool
    ) throws(CommandFault) -> Value {
        guard arguments.count == 4 else { throw .input("Wrong number of arguments.") }
        let host = context.interpreter.host
        let key = try arguments.string(0)
        let start = try arguments.string(1)
        let interval = try arguments.string(2)
        guard !key.isEmpty else { throw .input("Scheduler received an empty key.") }
        switch arguments[3] {
        case .string, .command: break
        default: throw .input("Invalid type passed to command scheduler.")
        }
        let unixTime = host.unixMicroseconds() / 1_000_000
        let local = unixTime + host.secondsFromGMT(at: unixTime)
        let delay = try ScheduleTime.delay(start, secondOfDay: (local % 86_400 + 86_400) % 86_400)
        let every = try ScheduleTime.interval(interval)
        guard replaces || context.interpreter.scheduler[key] == nil else { return .none }
        context.interpreter.scheduler.insert(
            key: key, command: arguments[3], after: delay, every: every, now: host.uptime())
        return .none
    }
}
