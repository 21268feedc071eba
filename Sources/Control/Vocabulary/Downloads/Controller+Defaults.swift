import Commands
import Engine

// What rTorrent begins with, where the engine alone would choose otherwise.
extension Controller {
    /// rTorrent's limits before a config has spoken.
    func applyDefaultLimits() {
        var limits = engine.limits
        limits.uploadSlotsPerTorrent = 50
        limits.downloadSlotsPerTorrent = 50
        limits.maxPeersLeeching = 200
        limits.minPeersLeeching = 100
        limits.maxPeersSeeding = 200
        limits.minPeersSeeding = 100
        limits.trackerPeersWanted = -1
        engine.limits = limits
    }

    /// What a download asks of the engine when it is taken in: by what is remembered of it, and by the settings for new ones.
    func startSettings(for record: DownloadRecord) -> TorrentSettings {
        var settings = TorrentSettings()
        settings.priority = Int(record.priority & 3)
        settings.throttle = String(decoding: record.throttleName, as: UTF8.self)
        settings.usesPeerExchange = map.value(of: "protocol.pex").isTrue
        settings.isSuperSeeding = seedConnection(record) == .initialSeed
        return settings
    }

    /// How a download deals with its peers once it is whole.
    func seedConnection(_ record: DownloadRecord) -> ConnectionKind {
        let own = record.connectionSeed
        let name = own.isEmpty ? map.value(of: "protocol.connection.seed").text : String(decoding: own, as: UTF8.self)
        return name.flatMap(ConnectionKind.init) ?? .seed
    }
}
