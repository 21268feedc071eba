import NIOCore
import PeerWire
import TestKit
import Testing

struct MessageParserTests {
    @Test("reads each message", arguments: WireSample.all)
    func readsEachMessage(sample: WireSample) {
        let result = parse([sample.bytes[...]])

        #expect(result.events == [.message(sample.message)])
        #expect(result.failure == nil)
    }

    @Test("writes each message", arguments: WireSample.all)
    func writesEachMessage(sample: WireSample) {
        var buffer = ByteBuffer()

        buffer.write(peerMessage: sample.message)

        #expect(Array(buffer.readableBytesView) == sample.bytes)
    }

    @Test("says nothing for a message cut off at any byte", arguments: WireSample.all)
    func waitsForTheEnd(sample: WireSample) {
        for end in 0..<sample.bytes.count {
            let result = parse([sample.bytes[..<end]])

            #expect(result.events.isEmpty && result.failure == nil, "cut off at \(end)")
        }
    }

    @Test("hands a block out in runs that lie in the caller's memory")
    func blocksAreNotCopied() throws {
        var buffer = ByteBuffer()
        buffer.writeBlockHeader(piece: 3, begin: 0x8000, length: 100)
        buffer.writeBytes((0..<100).map { UInt8($0) })
        let bytes = Array(buffer.readableBytesView)

        var parser = MessageParser()
        try bytes.withUnsafeBytes { all in
            var first = UnsafeRawBufferPointer(rebasing: all[..<50])
            var second = UnsafeRawBufferPointer(rebasing: all[50...])

            guard case .block(let request, offset: 0, let run) = try parser.next(&first) else {
                Issue.record("no block")
                return
            }
            #expect(request == BlockRequest(piece: 3, begin: 0x8000, length: 100))
            #expect(run.baseAddress == all.baseAddress.map { $0 + 13 } && run.count == 37 && first.isEmpty)
            guard case .needsMore = try parser.next(&first) else {
                Issue.record("more in an empty input")
                return
            }
            guard case .block(_, offset: 37, let rest) = try parser.next(&second) else {
                Issue.record("no second run")
                return
            }
            #expect(rest.baseAddress == all.baseAddress.map { $0 + 50 } && rest.count == 63 && second.isEmpty)
        }
    }

    @Test("sees the same events wherever the stream is cut in two or three")
    func anySplit() {
        let stream = WireSample.stream
        let whole = parse([stream[...]])
        #expect(whole.events.count == WireSample.all.count + 5 && whole.failure == nil)

        for first in 0...stream.count {
            #expect(parse([stream[..<first], stream[first...]]).events == whole.events, "cut at \(first)")
            for second in stride(from: first, through: stream.count, by: 3) {
                let parts = [stream[..<first], stream[first..<second], stream[second...]]
                #expect(parse(parts).events == whole.events, "cut at \(first) and \(second)")
            }
        }
        #expect(parse(stream.indices.map { stream[$0...$0] }).events == whole.events, "byte by byte")
    }

    @Test("a stream cut off at any byte gives the events before it")
    func truncation() {
        let stream = WireSample.stream
        let whole = parse([stream[...]]).events

        for end in 0..<stream.count {
            let result = parse([stream[..<end]])
            #expect(result.failure == nil && whole.starts(with: result.events), "cut off at \(end)")
        }
    }

    @Test(
        "refuses lengths that no message has, at once",
        arguments: [
            ([0xFF, 0xFF, 0xFF, 0xFF], PeerWireError.tooLong(id: nil, length: 0xFFFF_FFFF, limit: 1_048_578)),
            ([0x7F, 0xFF, 0xFF, 0xFF], .tooLong(id: nil, length: 0x7FFF_FFFF, limit: 1_048_578)),
            ([0, 0, 0, 2, 0], .wrongLength(id: 0, found: 2, wanted: 1)),
            ([0, 0, 0, 5, 3], .wrongLength(id: 3, found: 5, wanted: 1)),
            ([0, 0, 0, 4, 4], .wrongLength(id: 4, found: 4, wanted: 5)),
            ([0, 0, 0, 6, 4], .wrongLength(id: 4, found: 6, wanted: 5)),
            ([0, 0, 0, 12, 6], .wrongLength(id: 6, found: 12, wanted: 13)),
            ([0, 0, 0, 14, 8], .wrongLength(id: 8, found: 14, wanted: 13)),
            ([0, 0, 0, 1, 16], .wrongLength(id: 16, found: 1, wanted: 13)),
            ([0, 0, 0, 2, 9], .wrongLength(id: 9, found: 2, wanted: 3)),
            ([0, 0, 0, 1, 17], .wrongLength(id: 17, found: 1, wanted: 5)),
            ([0, 0, 0, 2, 14], .wrongLength(id: 14, found: 2, wanted: 1)),
            ([0, 0, 0, 1, 20], .wrongLength(id: 20, found: 1, wanted: 2)),
            ([0, 0, 0, 8, 7], .wrongLength(id: 7, found: 8, wanted: 9)),
            ([0, 2, 0, 10, 7], .tooLong(id: 7, length: 131_082, limit: 131_081)),
            ([0, 4, 0, 2, 5], .tooLong(id: 5, length: 262_146, limit: 262_145)),
            ([0, 0, 0, 9, 7, 0, 0, 0, 4, 0, 0, 0x40, 0], .emptyBlock(piece: 4, begin: 0x4000)),
        ] as [([UInt8], PeerWireError)])
    func refusesLengths(bytes: [UInt8], failure: PeerWireError) {
        #expect(parse([bytes[...]]).failure == failure)
        #expect(parse(bytes.indices.map { bytes[$0...$0] }).failure == failure, "byte by byte")
    }

    @Test("leaves no room for a bitfield longer than the torrent's")
    func bitfieldLimit() {
        let limits = MessageLimits(pieceCount: 9)
        let fits: [UInt8] = [0, 0, 0, 3, 5, 1, 2]
        let long: [UInt8] = [0, 0, 0, 4, 5]

        #expect(parse([fits[...]], limits: limits).events == [.message(.bitfield([1, 2]))])
        #expect(parse([long[...]], limits: limits).failure == .tooLong(id: 5, length: 4, limit: 3))
    }

    @Test("random bytes and damaged streams end in events or a typed error")
    func mutations() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let stream = WireSample.stream
        var refused = 0
        for round in 0..<60_000 {
            var bytes = round % 8 == 0 ? generator.bytes(Int.random(in: 0..<64, using: &generator)) : stream
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes.remove(at: at)
                default: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: at)
                }
            }
            let cut = Int.random(in: 0...bytes.count, using: &generator)

            let whole = parse([bytes[...]])
            let parts = parse([bytes[..<cut], bytes[cut...]])

            refused += whole.failure == nil ? 0 : 1
            guard whole.events == parts.events, whole.failure == parts.failure, whole.unfinished == parts.unfinished
            else {
                Issue.record("seed \(seed), round \(round), cut \(cut): \(bytes)")
                return
            }
        }
        #expect(refused > 1000 && refused < 60_000, "seed \(seed): \(refused) refused")
    }

    @Test("errors name what was found and what is wanted")
    func errorTexts() {
        #expect(
            PeerWireError.wrongLength(id: 4, found: 6, wanted: 5).description
                == "\"have\" message: length prefix is 6, wanted 5")
        #expect(
            PeerWireError.tooLong(id: nil, length: 1 << 31, limit: 10).description
                == "message: length prefix is 2147483648, wanted at most 10")
        #expect(
            PeerWireError.notBitTorrent(found: Array("GET \n".utf8)).description
                == "handshake: starts with \"GET \\x0a\", wanted \"\\x13BitTorrent protocol\"")
    }
}
