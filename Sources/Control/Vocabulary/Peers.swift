import Commands
import Engine
import Metainfo
import SwarmCore

/// `p.*`: the connected peers of a download.
func definePeers(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .peer) { (context) throws(CommandFault) in try context.peer() }
    defineIdentity(fields)
    defineTraffic(fields)
    defineStanding(fields, controller)
    defineOrders(fields, reader)
}

private func defineIdentity(_ fields: FieldTable<PeerTarget>) {
    fields.text("p.id", help: "peer id, upper-case hex") { HashText.upper($0.peer.peerID.bytes) }
    fields.text("p.id_html", help: "peer id, percent-encoded") { HashText.escaped($0.peer.peerID.bytes) }
    fields.text("p.address", help: "address; IPv6 in brackets") {
        let address = $0.peer.address
        return Array((address.isIPv6 ? "[\(address.host)]" : address.host).utf8)
    }
    fields.number("p.port", help: "port of the connection") { Int64($0.peer.address.port) }
    fields.text("p.client_version", help: "program and version by its peer id") {
        Array(ClientVersion.text(of: $0.peer.peerID).utf8)
    }
    fields.text("p.options_str", help: "the reserved bytes of its handshake, upper-case hex") {
        HashText.upper($0.peer.reserved)
    }
    fields.flag("p.is_incoming", help: "1 if the peer called us") { $0.peer.direction == .incoming }
    fields.flag("p.is_encrypted", help: "1 if the connection is encrypted") { $0.peer.isEncrypted }
    fields.flag("p.is_obfuscated", help: "1 if the handshake was encrypted") { $0.peer.isEncrypted }
}

private func defineTraffic(_ fields: FieldTable<PeerTarget>) {
    fields.number("p.down_rate", help: "bytes/s from the peer") { Int64($0.peer.downloadRate) }
    fields.number("p.up_rate", help: "bytes/s to the peer") { Int64($0.peer.uploadRate) }
    fields.number("p.down_total", help: "bytes from the peer") { $0.peer.downloaded }
    fields.number("p.up_total", help: "bytes to the peer") { $0.peer.uploaded }
    fields.number("p.peer_rate", help: "bytes/s that it gets from everybody, estimated") { Int64($0.peer.ownRate) }
    fields.number("p.peer_total", help: "bytes that it got from everybody, estimated") { $0.peer.ownTotal }
    fields.number("p.completed_percent", help: "percent of the pieces that it has") {
        let count = $0.download.layout.pieceCount
        return count == 0 ? 100 : Int64($0.peer.pieces * 100 / count)
    }
}

private func defineStanding(_ fields: FieldTable<PeerTarget>, _ controller: Controller) {
    fields.flag("p.is_snubbed", help: "1 if the user has it get nothing") { $0.peer.isSnubbed }
    fields.flag("p.snubbed", help: "1 if the user has it get nothing") { $0.peer.isSnubbed }
    for (name, mark) in [("unwanted", AddressFilter.Mark.unwanted), ("preferred", .preferred)] {
        fields.flag("p.is_\(name)", help: "1 if the address filter has its address as \(name)") {
            [unowned controller] in
            controller.global.addressFilter.mark(of: $0.peer.address) == mark
        }
    }
    // A banned peer is not connected, and what is not connected cannot be asked for.
    fields.flag("p.banned", help: "1 if it is banned: never for a connected peer") { _ in false }
}

private func defineOrders(_ fields: FieldTable<PeerTarget>, _ reader: DownloadReader) {
    fields.setNumber("p.snubbed.set", .isUntrustedSafe, help: "1 has it get nothing from us") {
        $0.download.torrent.setSnubbed($0.peer.number, $1 != 0)
        reader.forget()
    }
    fields.setNumber("p.banned.set", .isUntrustedSafe, help: "1 disconnects it for good; a ban cannot be lifted") {
        (target, value) throws(CommandFault) in
        guard value != 0 else { return }
        target.download.torrent.disconnect(target.peer.number, ban: true)
        reader.forget()
    }
    for name in ["p.disconnect", "p.disconnect_delayed"] {
        fields.action(name, .isUntrustedSafe, help: "ends the connection; it may come back") {
            $0.download.torrent.disconnect($0.peer.number, ban: false)
            reader.forget()
        }
    }
}
