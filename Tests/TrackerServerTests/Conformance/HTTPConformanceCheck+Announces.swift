extension HTTPConformanceCheck {
    /// Who is counted and who is handed out.
    static let life: [HTTPConformanceCheck] = [
        .init("the first peer finds nobody", after: [], "port=1002&left=5&event=started", "0/0/1 []"),
        .init(
            "a seed and a leecher are counted apart", after: ["port=1001&left=0"], "port=1002&left=5", "1/0/1 [1001]"),
        .init("a peer without left is a leecher", after: ["port=1001"], "port=1002", "0/0/2 [1001]"),
        .init("left=0 makes a seed without an event", after: [], "port=1001&left=0", "1/0/0 []"),
        .init("a leecher is handed out to a leecher", after: ["port=1001&left=3"], "port=1002&left=5", "0/0/2 [1001]"),
        .init("a leecher is handed out to a seed", after: ["port=1002&left=3"], "port=1001&left=0", "1/0/1 [1002]"),
        .init(
            "seeds are not handed out to a seed", after: ["port=1003&left=0"], "port=1001&left=0", "2/0/0 []",
            theirs: .differs("2/0/0 [1003]", "gives seeds to seeds")),
        .init(
            "the same port announced twice is one peer", after: ["port=1002&left=5", "port=1002&left=5"],
            "port=1003&left=1", "0/0/2 [1002]"),
        .init(
            "another port is another peer", after: ["port=1001&left=1", "port=1003&left=1"], "port=1002&left=5",
            "0/0/3 [1001 1003]"),
        .init(
            "another peer id on the same port is one peer",
            after: ["/announce?info_hash={h}&peer_id=-XX0000-abcdefghijkl&port=1001&left=1", "port=1001&left=1"],
            "port=1002&left=5", "0/0/2 [1001]"),
        .init(
            "a leecher that has become a seed is counted once", after: ["port=1001&left=5", "port=1001&left=0"],
            "port=1002&left=5", "1/0/1 [1001]"),
        .init(
            "a seed that has lost data is a leecher again", after: ["port=1001&left=0", "port=1001&left=9"],
            "port=1002&left=5", "0/0/2 [1001]"),
        .init(
            "started is a regular announce", after: ["port=1001&left=0&event=started"], "port=1002&left=5",
            "1/0/1 [1001]"),
        .init(
            "an empty event is a regular announce", after: ["port=1001&left=0&event="], "port=1002&left=5",
            "1/0/1 [1001]"),
        .init(
            "completed counts a download", after: ["port=1001&left=5", "port=1001&left=0&event=completed"],
            "port=1002&left=5", "1/1/1 [1001]"),
        .init(
            "completed twice by one peer is one download",
            after: ["port=1001&left=0&event=completed", "port=1001&left=0&event=completed"], "port=1002&left=5",
            "1/1/1 [1001]"),
        .init(
            "completed by two peers is two downloads",
            after: ["port=1001&left=0&event=completed", "port=1003&left=0&event=completed"], "port=1002&left=5",
            "2/2/1 [1001 1003]"),
        .init("a seed from the start is no download", after: ["port=1001&left=0"], "port=1002&left=5", "1/0/1 [1001]"),
        .init(
            "stopped removes a leecher", after: ["port=1001&left=5", "port=1001&left=5&event=stopped"],
            "port=1002&left=5", "0/0/1 []"),
        .init(
            "stopped removes a seed", after: ["port=1001&left=0", "port=1001&left=0&event=stopped"], "port=1002&left=5",
            "0/0/1 []"),
        .init(
            "stopped by a stranger changes nothing", after: ["port=1001&left=0", "port=1009&left=0&event=stopped"],
            "port=1002&left=5", "1/0/1 [1001]"),
        .init(
            "a stopped peer may come back",
            after: ["port=1001&left=0", "port=1001&left=0&event=stopped", "port=1001&left=0"], "port=1002&left=5",
            "1/0/1 [1001]"),
        .init(
            "a download stays counted after its peer stopped",
            after: ["port=1001&left=0&event=completed", "port=1001&left=0&event=stopped"], "port=1002&left=5",
            "0/1/1 []"),
        .init(
            "the reply to stopped has no peers", after: ["port=1002&left=5", "port=1001&left=0"],
            "port=1001&left=0&event=stopped", "0/0/1 []",
            theirs: .differs("0/-/1 []", "leaves the count of downloads out")),
    ]

    /// Every key of an announce.
    static let keys: [HTTPConformanceCheck] = [
        .init(
            "an unknown event", after: ["port=1001&left=0"], "port=1002&left=5&event=bogus", "refused",
            theirs: .differs("1/0/1 [1001]", "takes any event for a regular one")),
        .init(
            "paused is a regular announce", after: ["port=1001&left=0"], "port=1002&left=5&event=paused", "1/0/1 []",
            theirs: .differs("1/0/1 [1001]", "knows no partial seeds: BEP 21")),
        .init(
            "numwant=0 gives nobody", after: ["port=1001&left=0", "port=1003&left=1"], "port=1002&left=5&numwant=0",
            "1/0/2 []"),
        .init(
            "numwant=1 gives one", after: ["port=1001&left=0"], "port=1002&left=5&numwant=1", "1/0/1 [1001]",
            theirs: .random),
        .init(
            "numwant=3 of many gives three", after: ["port=1100-1109&left=1"], "port=1002&left=5&numwant=3",
            "0/0/11 3 peers", theirs: .random),
        .init(
            "numwant of more than there are gives all", after: ["port=1100-1103&left=1"], "port=1002&left=5&numwant=50",
            "0/0/5 4 peers"),
        .init(
            "without numwant 50 come", after: ["port=1100-1179&left=1"], "port=1002&left=5", "0/0/81 50 peers",
            theirs: .random),
        .init(
            "numwant=-1 leaves it to the tracker", after: ["port=1100-1179&left=1"], "port=1002&left=5&numwant=-1",
            "0/0/81 50 peers", theirs: .random),
        .init(
            "numwant=120 gives 120", after: ["port=1100-1239&left=1"], "port=1002&left=5&numwant=120",
            "0/0/141 120 peers", theirs: .random),
        .init(
            "200 peers at most", after: ["port=1100-1319&left=1"], "port=1002&left=5&numwant=5000", "0/0/221 200 peers",
            theirs: .random),
        .init(
            "numwant without a number", after: ["port=1001&left=0"], "port=1002&left=5&numwant=", "1/0/1 [1001]",
            theirs: .differs("page 400", "wants a number; some clients send none")),
        .init(
            "numwant of words", after: ["port=1001&left=0"], "port=1002&left=5&numwant=many", "refused", theirs: .page),
        .init(
            "compact=1 gives six bytes each", after: ["port=1001&left=0"], "port=1002&left=5&compact=1", "1/0/1 [1001]"),
        .init(
            "compact=0 gives dictionaries", after: ["port=1001&left=0"], "port=1002&left=5&compact=0",
            "1/0/1 dict+id [1001]", theirs: .differs("page 400", "knows no dictionaries: BEP 23 leaves them to choice")),
        .init(
            "compact=0 with no_peer_id", after: ["port=1001&left=0"], "port=1002&left=5&compact=0&no_peer_id=1",
            "1/0/1 dict [1001]", theirs: .differs("page 400", "knows no dictionaries")),
        .init("no compact key gives six bytes each", after: ["port=1001&left=0"], "port=1002&left=5", "1/0/1 [1001]"),
        .init(
            "uploaded and downloaded are read", after: ["port=1001&left=0"],
            "port=1002&left=5&uploaded=12&downloaded=34", "1/0/1 [1001]"),
        .init(
            "uploaded of words", after: ["port=1001&left=0"], "port=1002&left=5&uploaded=x", "refused",
            theirs: .differs("1/0/1 [1001]", "does not look at it")),
        .init(
            "left of words", after: ["port=1001&left=0"], "port=1002&left=x", "refused",
            theirs: .differs("2/0/0 [1001]", "takes it for a seed")),
        .init(
            "left beyond 32 bits is a leecher", after: ["port=1001&left=0"], "port=1002&left=99999999999",
            "1/0/1 [1001]"),
        .init("left=00 is a seed", after: [], "port=1002&left=00", "1/0/0 []"),
        .init(
            "a negative left", after: ["port=1001&left=0"], "port=1002&left=-1", "refused",
            theirs: .differs("1/0/1 [1001]", "takes it for a leecher")),
        .init("key is taken", after: ["port=1001&left=0"], "port=1002&left=5&key=1a2b3c4d", "1/0/1 [1001]"),
        .init("key of any words is taken", after: ["port=1001&left=0"], "port=1002&left=5&key=xyz%20q", "1/0/1 [1001]"),
        .init("trackerid is taken", after: ["port=1001&left=0"], "port=1002&left=5&trackerid=abc", "1/0/1 [1001]"),
        .init(
            "supportcrypto is passed over", after: ["port=1001&left=0"],
            "port=1002&left=5&supportcrypto=1&requirecrypto=1", "1/0/1 [1001]"),
        .init(
            "unknown keys are passed over", after: ["port=1001&left=0"], "port=1002&left=5&foo=bar&x=%20",
            "1/0/1 [1001]"),
        .init(
            "a key without a value is passed over", after: ["port=1001&left=0"], "port=1002&left=5&foo&bar=",
            "1/0/1 [1001]"),
        .init("empty parts are passed over", after: ["port=1001&left=0"], "&port=1002&left=5&&", "1/0/1 [1001]"),
        .init(
            "keys in another order", after: ["port=1001&left=0"],
            "/announce?left=5&port=1002&peer_id={p}&info_hash={h}", "1/0/1 [1001]"),
        .init(
            "an ip that is none is passed over", after: ["port=1001&left=0"], "port=1002&left=5&ip=garbage",
            "1/0/1 [1001]"),
        .init(
            "info_hash percent-encoded", after: ["/announce?info_hash={e}&peer_id={p}&port=1001&left=0"],
            "port=1002&left=5", "1/0/1 [1001]"),
        .init(
            "info_hash with lower-case digits", after: ["/announce?info_hash={el}&peer_id={p}&port=1001&left=0"],
            "port=1002&left=5", "1/0/1 [1001]"),
    ]
}
