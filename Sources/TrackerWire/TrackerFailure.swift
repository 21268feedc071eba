/// Why an announce or a scrape came to nothing; each text is a sentence for a person.
package enum TrackerFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The tracker understood and said no: `failure reason`, or an error packet of a UDP tracker.
    ///
    /// The text is cleaned: valid UTF-8, no control characters, at most `maximumTextBytes`.
    case refused(String)
    /// What came is not a tracker message, or not one that belongs here.
    case malformed(String)
    /// The tracker itself is in trouble, for instance out of room; the text is for its own log.
    case unavailable(String)

    /// A longer text of the other side is cut there: a page that claims to be a reason helps nobody.
    package static let maximumTextBytes = 512

    /// What a peer is told instead of a text that is not for it.
    package static let unsendableText = "the tracker has a problem of its own; try again later"

    /// Whether a tracker may send the text to the peer: only what it decided itself, no words about its insides.
    package var isSendable: Bool {
        switch self {
        case .refused, .malformed: true
        case .unavailable: false
        }
    }

    /// The sentence without the family.
    package var text: String {
        switch self {
        case .refused(let text), .malformed(let text), .unavailable(let text): text
        }
    }

    package var description: String {
        switch self {
        case .refused(let text): "the tracker refused: \(text)"
        case .malformed(let text), .unavailable(let text): text
        }
    }

    /// Makes foreign bytes fit to be shown: repaired UTF-8, control characters to spaces, bounded length.
    package static func cleaned(_ bytes: some Collection<UInt8>) -> String {
        var kept: [UInt8] = []
        kept.reserveCapacity(min(bytes.count, maximumTextBytes))
        for byte in bytes {
            if kept.count == maximumTextBytes { break }
            kept.append(byte)
        }
        // The cut may have split a character: leave out its beginning.
        if bytes.count > kept.count {
            while let last = kept.last, last & 0b1100_0000 == 0b1000_0000 { kept.removeLast() }
            if let last = kept.last, last >= 0b1100_0000 { kept.removeLast() }
        }
        var text = ""
        for scalar in String(decoding: kept, as: UTF8.self).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: text.unicodeScalars.append(" ")
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
