package import Commands
import Glibc

/// The world of a running program, as commands see it: its log, its files, and the programs it may start.
///
/// `execute.*` blocks the control loop while the program runs, as rTorrent does, since what follows may need what it did. Transfers have loops
/// of their own and go on. A program that is not done after `patience` seconds is left to itself and the command faults, so that a hung script
/// cannot hold every client for ever.
package final class ProgramHost: CommandHost {
    package let logs: LogRouter
    /// Seconds that a command waits for a program; 0 is for ever. `execute.patience`
    package var patience: Int64 = 300
    /// Nothing outside is touched: programs are not run. For `swarm check`.
    package let isRehearsal: Bool

    package init(logs: LogRouter, isRehearsal: Bool = false) {
        self.logs = logs
        self.isRehearsal = isRehearsal
    }

    package func print(_ text: [UInt8]) { logs.log(.notice, String(decoding: text, as: UTF8.self)) }

    package func log(_ message: String) { logs.log(.warn, message) }

    package func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult {
        guard !isRehearsal else { return ProgramResult(waitStatus: 0) }
        guard request.arguments.allSatisfy({ !$0.contains(0) }) else {
            throw .input("Bad return code.", explanation: "an argument of a program cannot hold a NUL byte")
        }
        let program = String(decoding: request.arguments.first ?? [], as: UTF8.self)
        let run: ProgramRun
        do throws(ProgramRun.StartFailure) {
            run = try ProgramRun(request, output: logs.executionDescriptor)
        } catch {
            logs.log(.warn, "cannot run \(program): \(String(cString: strerror(error.errno)))")
            logs.logExecution(request, status: ProgramRun.notStarted)
            // rTorrent's second fork hides why a program in the background did not start.
            return ProgramResult(waitStatus: request.isDetached ? 0 : ProgramRun.notStarted)
        }
        if request.isDetached {
            logs.logExecution(request, status: nil)
            return ProgramResult(waitStatus: 0)
        }
        let result = try run.wait(seconds: patience, program: program)
        logs.logExecution(request, status: result.waitStatus)
        return result
    }
}
