extension HTTPConformanceCheck {
    /// What is wrong, and how a tracker says so.
    static let refusals: [HTTPConformanceCheck] = [
        .init(
            "a % without digits", after: [], "/announce?info_hash=%zzcheck&peer_id={p}&port=1002", "refused",
            theirs: .page),
        .init("a % at the end", after: [], "/announce?info_hash={h}%&peer_id={p}&port=1002", "refused", theirs: .page),
        .init(
            "a % with one digit", after: [], "/announce?info_hash={h}%4&peer_id={p}&port=1002", "refused", theirs: .page
        ),
        .init(
            "%00 inside peer_id", after: ["port=1001&left=0"],
            "/announce?info_hash={h}&peer_id=-SW0100-%00%01%02%fffghijklm&port=1002&left=5", "1/0/1 [1001]"),
        .init(
            "peer_id too short", after: ["port=1001&left=0"], "/announce?info_hash={h}&peer_id=abc&port=1002&left=5",
            "refused", theirs: .page),
        .init(
            "peer_id too long", after: ["port=1001&left=0"], "/announce?info_hash={h}&peer_id={p}x&port=1002&left=5",
            "refused", theirs: .page),
        .init(
            "peer_id missing", after: ["port=1001&left=0"], "/announce?info_hash={h}&port=1002&left=5", "refused",
            theirs: .differs("1/0/1 [1001]", "invents one: BEP 3 demands it")),
        .init(
            "peer_id empty", after: ["port=1001&left=0"], "/announce?info_hash={h}&peer_id=&port=1002&left=5",
            "refused", theirs: .page),
        .init("info_hash missing", after: [], "/announce?peer_id={p}&port=1002&left=5", "refused"),
        .init(
            "info_hash empty", after: [], "/announce?info_hash=&peer_id={p}&port=1002&left=5", "refused", theirs: .page),
        .init(
            "info_hash of 19 bytes", after: [], "/announce?info_hash=aaaaaaaaaaaaaaaaaaa&peer_id={p}&port=1002",
            "refused", theirs: .page),
        .init(
            "info_hash of 21 bytes", after: [], "/announce?info_hash={h}a&peer_id={p}&port=1002", "refused",
            theirs: .page),
        .init(
            "info_hash in 40 hexadecimal digits", after: [],
            "/announce?info_hash=6363636363636363636363636363636363636363&peer_id={p}&port=1002", "refused",
            theirs: .page),
        .init(
            "info_hash twice", after: [], "/announce?info_hash={h}&info_hash={i}&peer_id={p}&port=1002", "refused",
            theirs: .page),
        .init(
            "a torrent off the list", after: [], "/announce?info_hash=zzzzzzzzzzzzzzzzzzzz&peer_id={p}&port=1002",
            "refused"),
        .init(
            "port missing", after: ["port=1001&left=0"], "/announce?info_hash={h}&peer_id={p}&left=5", "refused",
            theirs: .differs("1/0/1 [0 1001]", "hands out port 0")),
        .init("port empty", after: ["port=1001&left=0"], "port=&left=5", "refused", theirs: .page),
        .init("port of words", after: ["port=1001&left=0"], "port=abc&left=5", "refused", theirs: .page),
        .init("port 65536", after: ["port=1001&left=0"], "port=65536&left=5", "refused", theirs: .page),
        .init("port 65535", after: ["port=65535&left=1"], "port=1002&left=5", "0/0/2 [65535]"),
        .init(
            "a negative port", after: ["port=1001&left=0"], "port=-1&left=5", "refused",
            theirs: .differs("1/0/1 [1001 65535]", "hands out port 65535")),
        .init(
            "port 0", after: ["port=1001&left=0"], "port=0&left=5", "1/0/0 [1001]",
            theirs: .differs("1/0/1 [1001]", "counts who cannot be reached")),
        .init(
            "port 0 is not handed out", after: ["port=0&left=5"], "port=1002&left=5", "0/0/1 []",
            theirs: .differs("0/0/2 [0]", "hands out port 0")),
        .init("no query at all", after: [], "/announce", "refused", theirs: .page),
        .init("a bare question mark", after: [], "/announce?", "refused"),
        .init("another path", after: [], "/nothing-of-the-kind", "page 404"),
        .init(
            "announce with a slash behind", after: [], "/announce/?info_hash={h}&peer_id={p}&port=1002", "page 404",
            theirs: .differs("0/0/1 []", "reads no further than the first word")),
    ]

    /// Scrapes: complete, downloaded and incomplete of each torrent.
    static let scrapes: [HTTPConformanceCheck] = [
        .init(
            "scrape of one torrent", after: ["port=1001&left=0", "port=1002&left=5"], "/scrape?info_hash={h}", "a:1/0/1"
        ),
        .init("scrape of a listed torrent without peers", after: [], "/scrape?info_hash={h}", "no files"),
        .init("scrape of an unlisted torrent", after: [], "/scrape?info_hash=zzzzzzzzzzzzzzzzzzzz", "no files"),
        .init(
            "scrape of two torrents", after: ["port=1001&left=0", "/announce?info_hash={i}&peer_id={p}&port=7&left=1"],
            "/scrape?info_hash={h}&info_hash={i}", "a:1/0/0 b:0/0/1"),
        .init(
            "scrape in the other order",
            after: ["port=1001&left=0", "/announce?info_hash={i}&peer_id={p}&port=7&left=1"],
            "/scrape?info_hash={i}&info_hash={h}", "a:1/0/0 b:0/0/1",
            theirs: .differs("b:0/0/1 a:1/0/0", "leaves the keys as asked for, where BEP 3 wants them sorted")),
        .init(
            "scrape of one torrent twice", after: ["port=1001&left=0"], "/scrape?info_hash={h}&info_hash={h}",
            "a:1/0/0", theirs: .differs("page 200", "writes the same key twice, which is no bencoded dictionary")),
        .init(
            "scrape of a known and an unknown", after: ["port=1001&left=0"],
            "/scrape?info_hash={h}&info_hash=zzzzzzzzzzzzzzzzzzzz", "a:1/0/0"),
        .init("scrape with a short hash", after: [], "/scrape?info_hash=abc", "refused", theirs: .page),
        .init("scrape with a bad escape", after: [], "/scrape?info_hash=%zz", "refused", theirs: .page),
        .init(
            "scrape counts downloads", after: ["port=1001&left=0&event=completed"], "/scrape?info_hash={h}", "a:1/1/0"),
        .init(
            "scrape after stopped", after: ["port=1001&left=0", "port=1001&left=0&event=stopped"],
            "/scrape?info_hash={h}", "a:0/0/0"),
        .init(
            "scrape remembers downloads after the last peer",
            after: ["port=1001&left=0&event=completed", "port=1001&left=0&event=stopped"], "/scrape?info_hash={h}",
            "a:0/1/0"),
        .init("scrape with other keys", after: ["port=1001&left=0"], "/scrape?foo=1&info_hash={h}", "a:1/0/0"),
        .init("the hash escaped in a scrape", after: ["port=1001&left=0"], "/scrape?info_hash={e}", "a:1/0/0"),
    ]
}
