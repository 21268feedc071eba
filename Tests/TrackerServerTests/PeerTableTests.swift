import Metainfo
import TestKit
import Testing

@testable import TrackerServer

/// The table against a plain dictionary, over random operations.
@Suite("Peers of one torrent")
struct PeerTableTests {
    @Test("agrees with a dictionary through 60,000 random operations", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var table = PeerTable<EndpointV4>()
        var model: [UInt16: Bool] = [:]
        let peerID = try #require(PeerID(bytes: [UInt8](repeating: 65, count: 20)))
        func endpoint(_ port: UInt16) -> EndpointV4 { EndpointV4(host: PeerHost(ipv4: 0x7F00_0001), port: port) }

        for step in 0..<20_000 {
            // Waves: growing to some hundred peers and shrinking to none again.
            let isGrowing = step / 1000 % 2 == 0
            let port = UInt16.random(in: 1...400, using: &random)
            let isSeed = Bool.random(using: &random)
            if let row = table.find(endpoint(port), seed: seed) {
                #expect(model[port] == table.isSeed(row), "seed \(seed), step \(step)")
                if isGrowing {
                    let moved = table.setSeed(row, isSeed, seed: seed)
                    #expect(table.isSeed(moved) == isSeed && table[moved].endpoint.port == port)
                    model[port] = isSeed
                } else {
                    table.remove(row, seed: seed)
                    model[port] = nil
                }
            } else {
                #expect(model[port] == nil, "seed \(seed), step \(step)")
                guard isGrowing else { continue }
                let new = PeerRow(peerID: peerID, endpoint: endpoint(port), flags: [], seen: 1)
                let row = table.insert(new, isSeed: isSeed, seed: seed)
                #expect(table.isSeed(row) == isSeed && table[row].endpoint.port == port)
                model[port] = isSeed
            }
            #expect(table.count == model.count && table.seedCount == model.values.filter { $0 }.count)
        }

        for port in UInt16(1)...400 {
            #expect((table.find(endpoint(port), seed: seed) != nil) == (model[port] != nil))
        }
    }

    @Test(
        "rows stay small",
        arguments: [(MemoryLayout<PeerRow<EndpointV4>>.stride, 32), (MemoryLayout<PeerRow<EndpointV6>>.stride, 48)])
    func rowSize(stride: Int, bound: Int) {
        #expect(stride <= bound)
    }
}
