import ArgumentParser
import Metainfo

/// What `seed` or `get` was asked to do, with our own options and BitTornado's brought together.
///
/// Where both name a thing, ours wins.
struct TransferPlan: Equatable {
    enum Purpose {
        case seed
        case get
    }

    var purpose: Purpose
    /// Where the torrent is: a file or a URL.
    var torrent: String
    /// The content's own path, or a folder for it; see `ContentLocation`.
    var content: String?
    /// The folder for the content, whatever its name.
    var directory: String?
    /// Go on as a seed when the download is complete.
    var keepsSeeding: Bool
    var bindAddresses: [String]
    var ports: ClosedRange<UInt16>
    var maxUploadRate: RateLimit
    var maxDownloadRate: RateLimit
    var maxUploads: Int?
    var maxConnections: Int?
    /// Seconds; nil is the default of the output.
    var displayInterval: Double?
    /// Said once at the start.
    var notes: [String]

    /// - Parameter words: what our own options left over.
    /// - Throws: `ValidationError`, which ends in exit code 64.
    init(
        _ purpose: Purpose, network: NetworkArguments, words: [String], directory: String?, keepsSeeding: Bool
    ) throws {
        let old = try BitTornadoOptions.read(words)
        var operands = old.operands[...]
        guard let torrent = old.torrent ?? operands.popFirst() else {
            throw ValidationError("no torrent given")
        }
        let content = purpose == .seed ? operands.popFirst() : nil
        if let extra = operands.first {
            throw ValidationError("one operand too many: \(extra)")
        }
        if content != nil, old.saveAs != nil || directory != nil {
            throw ValidationError("the content's path is given twice")
        }
        if directory != nil, old.saveAs != nil {
            throw ValidationError("--directory and --saveas both say where the content goes")
        }
        self.purpose = purpose
        self.torrent = torrent
        self.content = content ?? old.saveAs
        self.directory = directory
        self.keepsSeeding = keepsSeeding
        // BitTornado takes a comma list.
        bindAddresses = network.bindAddresses.flatMap { $0.split(separator: ",").map(String.init) }
        if let name = bindAddresses.first(where: { PeerAddress(host: $0, port: 0) == nil }) {
            throw ValidationError("--bind: found \"\(name)\", wanted an IP address of this machine")
        }
        ports = try network.port?.ports ?? Self.ports(old)
        maxUploadRate = network.maxUploadRate ?? old.maxUploadRate ?? .none
        maxDownloadRate = network.maxDownloadRate ?? old.maxDownloadRate ?? .none
        maxUploads = old.maxUploads
        maxConnections = old.maxConnections.flatMap { $0 == 0 ? nil : $0 }
        displayInterval = network.displayInterval ?? old.displayInterval
        notes =
            old.withoutEffect.isEmpty ? [] : ["accepted without effect: " + old.withoutEffect.joined(separator: " ")]
    }

    private static func ports(_ old: BitTornadoOptions) throws -> ClosedRange<UInt16> {
        let standard = PortRange.standard.ports
        switch (old.minPort, old.maxPort) {
        case (nil, nil): return standard
        case (let low?, nil): return low...max(low, standard.upperBound)
        case (nil, let high?): return min(high, standard.lowerBound)...high
        case (let low?, let high?):
            guard low <= high else {
                throw ValidationError("--minport \(low) is above --maxport \(high)")
            }
            return low...high
        }
    }
}
