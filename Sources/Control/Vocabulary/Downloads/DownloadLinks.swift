import Commands
import Glibc

/// `d.create_link`, `d.delete_link`: symbolic links to the data of a download.
func defineDownloadLinks(in map: CommandMap) {
    for (name, isMade, help) in [
        ("d.create_link", true, "make a symbolic link to the data at PREFIX path POSTFIX"),
        ("d.delete_link", false, "remove the link that d.create_link makes for the same arguments"),
    ] {
        map.define(
            name, on: .download, [.string("base_path|base_filename|tied"), .string("prefix"), .string("postfix")],
            .void, scope: .admin, help: help
        ) { (context, arguments) throws(CommandFault) in
            guard arguments.count == 3 else { throw .input("Wrong argument count.") }
            let download = try context.download()
            let link = try linkPath(download, arguments)
            if let link { change(link, to: download.frozenPath, isMade, context) }
            return .none
        }
    }
}

/// - Returns: nil if the download has no such path.
private func linkPath(_ download: Download, _ arguments: Arguments) throws(CommandFault) -> String? {
    let middle: [UInt8]
    switch try arguments.text(0) {
    case "base_path": middle = download.frozenPath
    case "base_filename": middle = HashText.lastComponent(of: download.frozenPath)
    case "tied": middle = download.record.tiedToFile
    default: throw .input("Unknown type argument.")
    }
    if middle.isEmpty { return nil }
    let path = String(decoding: try arguments.string(1) + middle + (try arguments.string(2)), as: UTF8.self)
    guard path.hasPrefix("~"), let home = SystemHome.path else { return path }
    return home + path.dropFirst()
}

/// What fails is only logged, as rTorrent does.
private func change(_ link: String, to target: [UInt8], _ isMade: Bool, _ context: CommandContext) {
    if isMade {
        if symlink(String(decoding: target, as: UTF8.self), link) != 0 {
            context.interpreter.host.log("create_link failed: \(String(cString: strerror(errno))) (\(link))")
        }
        return
    }
    var status = stat()
    guard lstat(link, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
    if unlink(link) != 0 {
        context.interpreter.host.log("delete_link failed: \(String(cString: strerror(errno))) (\(link))")
    }
}

/// The folder that `~` stands for.
enum SystemHome {
    static var path: String? {
        guard let home = getenv("HOME") else { return nil }
        return String(cString: home)
    }
}
