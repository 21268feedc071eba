package import Commands

extension Controller {
    /// `directory.watch.added`: calls `command` with the path of each file that is written to or moved into the folder from now on.
    ///
    /// - Parameter command: the name of a command, or a text or `((call))` that finds the path in `argument.0`.
    /// - Throws: if the folder cannot be watched.
    package func watch(_ folder: [UInt8], command: Value) throws(CommandFault) {
        let folder = expanded(folder)
        if global.isRehearsal { return }
        let loop = loop
        do throws(LoadFailure) {
            let watch: FolderWatch
            if let folderWatch { watch = folderWatch } else { watch = try FolderWatch() }
            folderWatch = watch
            try watch.add(folder) { path in
                loop.later { controller in controller.handleAdded(path, command) }
            }
        } catch {
            throw .input(error.message, subject: folder)
        }
    }

    private func handleAdded(_ path: [UInt8], _ command: Value) {
        do throws(CommandFault) {
            guard case .string(let name) = command, map[String(decoding: name, as: UTF8.self)] != nil else {
                _ = try interpreter.callFunction(command, Arguments(.string(path)), CommandContext(interpreter))
                return
            }
            _ = try interpreter.call(String(decoding: name, as: UTF8.self), .string(path), CommandContext(interpreter))
        } catch {
            host.log("Watch of \(String(decoding: path, as: UTF8.self)) failed: \(error.message)")
        }
    }
}
