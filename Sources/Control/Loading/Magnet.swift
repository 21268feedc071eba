import Commands
import Metainfo

/// The link behind a download, and how the torrent is to be taken in once its metadata is here.
struct Magnet {
    /// As the user gave it.
    let text: [UInt8]
    let link: MagnetLink
    /// Of the `load.*` that brought it; its commands run on the torrent once more.
    let options: LoadOptions

    init(text: [UInt8], link: MagnetLink, options: LoadOptions) {
        (self.text, self.link, self.options) = (text, link, options)
    }

    init(_ saved: SavedMagnet, _ link: MagnetLink) {
        var options = LoadOptions()
        options.isStarted = saved.isStarted
        options.isVerbose = saved.isVerbose
        options.commands = saved.commands.map { .string($0) }
        options.caller = saved.caller
        self.init(text: saved.link, link: link, options: options)
    }

    /// As the session folder keeps it; commands that were given ready-made have no text and are left out.
    var saved: SavedMagnet {
        var saved = SavedMagnet(
            link: text, commands: options.commands.compactMap(\.bytes), isStarted: options.isStarted,
            isVerbose: options.isVerbose)
        saved.caller = options.caller
        return saved
    }
}
