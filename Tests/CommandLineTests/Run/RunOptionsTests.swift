import Testing

@testable import swarm

@Suite("options of swarm run")
struct RunOptionsTests {
    private typealias Command = RunOptions.Setting.Command

    @Test(
        "each of rTorrent's options sets what it sets there",
        arguments: [
            (["-b", "127.0.0.1"], "network.bind_address.set", "127.0.0.1"),
            (["-i", "10.0.0.1"], "network.local_address.set", "10.0.0.1"),
            (["-p6890-6999"], "network.port_range.set", "6890-6999"), (["-d", "~/x"], "directory.default.set", "~/x"),
            (["-s", "/s"], "session.path.set", "/s"), (["-D"], "method.use_deprecated.set", "1"),
            (["-I"], "method.use_intermediate.set", "0"), (["-K"], "method.use_intermediate.set", "2"),
            (["-o", "a=b"], "a", "b"), (["-o", "import=/a=b"], "import", "/a=b"), (["-o", "a="], "a", ""),
        ] as [([String], String, String)])
    func settings(words: [String], name: String, argument: String) throws {
        let options = try RunOptions(words)

        #expect(options.settings.map(\.command) == [.call(name: name, argument: argument)])
        #expect(options.sources.isEmpty && options.config == .search)
    }

    @Test("-o ends a pair at every comma, -O is kept as it is")
    func lists() throws {
        let options = try RunOptions(["-o", "a=1,b={2,c=3}", "-O", "schedule=w,5,5,load_start=/w/*.torrent"])

        #expect(
            options.settings.map(\.command) == [
                .call(name: "a", argument: "1"), .call(name: "b", argument: "{2"), .call(name: "c", argument: "3}"),
                .line("schedule=w,5,5,load_start=/w/*.torrent"),
            ])
    }

    @Test("options may stand together, among the files, and end at --")
    func order() throws {
        let options = try RunOptions(["a.torrent", "-nDd/srv", "magnet:?xt=x", "-", "--", "-n"])

        #expect(options.config == .none)
        #expect(options.settings.map(\.option) == ["-D", "-d"])
        #expect(options.sources == ["a.torrent", "magnet:?xt=x", "-", "-n"])
    }

    @Test("the last word on the config file counts", arguments: [["--config", "x"], ["-n", "--config=x"]])
    func config(words: [String]) throws {
        #expect(try RunOptions(words).config == .file("x"))
    }

    @Test("-h asks for help")
    func help() throws {
        #expect(try RunOptions(["-h"]).wantsHelp && RunOptions(["--help"]).wantsHelp)
    }

    @Test(
        "says what is wrong",
        arguments: [
            (["-z"], .unknown("-z")), (["--nonsense"], .unknown("--nonsense")), (["--help=x"], .unknown("--help=x")),
            (["-p"], .missingValue("-p", wanted: "a range of ports such as 6890-6999")),
            (["--config"], .missingValue("--config", wanted: "a file")), (["-o", "foo"], .notPairs("foo")),
            (["-o", "a=1,"], .notPairs("a=1,")), (["-o", "=1"], .notPairs("=1")),
        ] as [([String], RunOptionError)])
    func wrong(words: [String], error: RunOptionError) {
        #expect(throws: error) { try RunOptions(words) }
    }
}
