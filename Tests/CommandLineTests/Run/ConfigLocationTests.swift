import Testing

@testable import swarm

@Suite("where the config is looked for")
struct ConfigLocationTests {
    private func location(_ environment: [String: String]) -> ConfigLocation {
        ConfigLocation { environment[$0] }
    }

    @Test("places of our own come before rTorrent's, and those of XDG before the usual ones")
    func order() {
        let candidates = location(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]).candidates

        #expect(
            candidates == [
                "/h/.swarmrc", "/x/swarm/swarm.rc", "/h/.config/swarm/swarm.rc", "/x/rtorrent/rtorrent.rc",
                "/h/.config/rtorrent/rtorrent.rc", "/h/.rtorrent.rc",
            ])
    }

    @Test("a place is tried once, and a relative folder not at all")
    func folders() {
        let usual = location(["HOME": "/h"]).candidates

        #expect(usual.count == 4)
        #expect(location(["HOME": "/h", "XDG_CONFIG_HOME": "/h/.config"]).candidates == usual)
        #expect(location(["HOME": "/h", "XDG_CONFIG_HOME": "x"]).candidates == usual)
        #expect(location([:]).candidates.isEmpty)
    }

    @Test("the first that exists is taken")
    func first() {
        let location = location(["HOME": "/h"])

        #expect(location.first { $0.hasSuffix("rtorrent.rc") } == "/h/.config/rtorrent/rtorrent.rc")
        #expect(location.first { _ in false } == nil)
    }
}
