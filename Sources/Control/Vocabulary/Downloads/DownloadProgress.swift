import Commands
import Engine
import Metainfo
import SwarmCore

/// How far a download is, and how fast.
func defineDownloadProgress(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .download) { (context) throws(CommandFault) in try context.download() }
    defineState(fields)
    defineHashing(fields)
    definePieces(fields, reader)
    defineTraffic(fields, reader)
    definePeerCounts(fields, reader)
}

private func defineState(_ fields: FieldTable<Download>) {
    fields.flag("d.state", help: "1 started, 0 stopped: what the user wants") { $0.record.isStarted }
    fields.setNumber("d.state.set", .isPrivate, help: "1 started, 0 stopped") { $0.change(\.isStarted, to: $1 != 0) }
    fields.flag("d.is_open", help: "1 if its files are open") { $0.isOpen }
    fields.flag("d.is_active", help: "1 if it may transfer") { $0.isActive }
    fields.flag("d.complete", help: "1 if all pieces were verified, wanted or not") { $0.record.isComplete }
    fields.flag("d.incomplete", [], help: "1 if d.complete is 0") { !$0.record.isComplete }
    fields.setNumber("d.complete.set", .isPrivate, help: "1 if all wanted pieces were verified") {
        $0.change(\.isComplete, to: $1 != 0)
    }
    fields.text("d.message", help: "the last message; those of trackers read `Tracker: [text]`") { $0.message }
    fields.setText("d.message.set", help: "the message shown") { $0.message = $1 }
    fields.number("d.mode", [], help: "never set: always faults, as in rTorrent") { (_) throws(CommandFault) in
        throw .input("Object operator [mode] could not find element")
    }
    fields.setNumber("d.mode.set", [.isPrivate, .isNeutral], help: "reserved") { _, _ in }
}

private func defineHashing(_ fields: FieldTable<Download>) {
    fields.number("d.hashing", help: "0 not hashing, 1 first check, 2 check after finishing, 3 asked for") {
        $0.record.hashing.rawValue
    }
    fields.setNumber("d.hashing.set", .isPrivate, help: "0 not hashing, 1 to 3 the kind of check") {
        (download, value) throws(CommandFault) in
        guard let kind = HashingKind(rawValue: value) else { throw .input("Invalid value.") }
        download.change(\.hashing, to: kind)
    }
    fields.flag("d.is_hash_checked", help: "1 if what is on disk is known") { $0.isHashChecked }
    fields.flag("d.is_hash_checking", help: "1 while it is being hashed") { $0.torrent.stage == .checking }
    fields.flag("d.hashing_failed", help: "1 if hashing was given up; it is not started by itself then") {
        $0.isHashingFailed
    }
    fields.setNumber("d.hashing_failed.set", help: "1 keeps it from being hashed and started by itself") {
        $0.isHashingFailed = $1 != 0
    }
    fields.number("d.chunks_hashed", help: "pieces hashed in the check that runs or in the last one; 0 when closed") {
        Int64($0.torrent.hashedPieces)
    }
}

private func definePieces(_ fields: FieldTable<Download>, _ reader: DownloadReader) {
    fields.number("d.bytes_done", help: "bytes there, pieces under way included") { reader.presentBytes($0) }
    fields.number("d.completed_bytes", help: "bytes of verified pieces") { reader.completedBytes($0) }
    fields.number("d.completed_chunks", help: "pieces verified") { reader.completedPieces($0) }
    fields.number("d.left_bytes", help: "bytes of pieces that are not verified") {
        $0.layout.totalLength - reader.completedBytes($0)
    }
    fields.number("d.wanted_chunks", [], help: "pieces that file priorities ask for and that are missing") {
        reader.missingWantedPieces($0)
    }
    fields.flag("d.is_partially_done", help: "1 if no wanted piece is missing") { reader.isDone($0) }
    fields.flag("d.is_not_partially_done", help: "1 if wanted pieces are missing") { !reader.isDone($0) }
    fields.text("d.bitfield", help: "pieces there, upper-case hex, first piece in the highest bit; empty if unknown") {
        HashText.upper(reader.pieces($0)?.wireBytes ?? [])
    }
    fields.text("d.chunks_seen", [], help: "copies of each piece among peers, two hex digits each; empty when closed") {
        guard $0.isOpen else { return [] }
        return HashText.upper($0.torrent.availability() ?? [UInt8](repeating: 0, count: $0.layout.pieceCount))
    }
}

private func defineTraffic(_ fields: FieldTable<Download>, _ reader: DownloadReader) {
    fields.number("d.up.rate", help: "bytes/s to peers") {
        $0.isActive ? Int64(reader.figures($0).uploadRate) : 0
    }
    fields.number("d.down.rate", help: "bytes/s from peers") {
        $0.isActive ? Int64(reader.figures($0).downloadRate) : 0
    }
    fields.number("d.up.total", help: "bytes sent in its life") { $0.record.uploaded + reader.figures($0).uploaded }
    fields.number("d.down.total", help: "bytes received in its life") {
        $0.record.downloaded + reader.figures($0).downloaded
    }
    fields.number("d.skip.total", help: "bytes received for nothing in this process") { reader.figures($0).wasted }
    fields.number("d.skip.rate", help: "bytes/s received for nothing") {
        $0.isActive ? Int64(reader.figures($0).wasteRate) : 0
    }
    fields.number("d.ratio", help: "1000 * sent / bytes there; 0 while hashing or with nothing there") {
        guard $0.record.hashing == .none else { return 0 }
        let done = reader.presentBytes($0)
        let sent = ($0.record.uploaded + reader.figures($0).uploaded).multipliedReportingOverflow(by: 1_000)
        return done == 0 || sent.overflow ? 0 : sent.partialValue / done
    }
}

private func definePeerCounts(_ fields: FieldTable<Download>, _ reader: DownloadReader) {
    fields.number("d.peers_connected", help: "connected peers") {
        $0.isActive ? Int64(reader.figures($0).peers) : 0
    }
    fields.number("d.peers_complete", help: "connected seeds") { $0.isActive ? Int64(reader.figures($0).seeds) : 0 }
    fields.number("d.peers_accounted", help: "connected peers that are no seeds") {
        $0.isActive ? Int64(reader.figures($0).leechers) : 0
    }
    fields.number("d.peers_not_connected", help: "known addresses that are not connected") {
        $0.isActive ? Int64(reader.figures($0).peersNotConnected) : 0
    }
    fields.number("d.size_pex", help: "peers known from peer exchange") { _ in 0 }
    fields.number("d.max_size_pex", [], help: "peers that peer exchange may tell us at a time") { _ in 8 }
}
