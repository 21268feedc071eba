import RPC
import Testing

@Suite struct HTTPGuardTests {
    private func refusal(
        _ head: HTTPGuard.Head, names: Set<String> = [], credentials: String? = nil
    ) -> HTTPGuard.Refusal? {
        var door = HTTPGuard()
        door.names = names
        door.credentials = credentials
        do {
            try door.check(head)
            return nil
        } catch {
            return error
        }
    }

    private func call(
        host: String?, origin: String? = nil, site: String? = nil, authorization: String? = nil
    ) -> HTTPGuard.Head {
        .init(
            method: "POST", path: "/RPC2", host: host, origin: origin, fetchSite: site, authorization: authorization)
    }

    @Test(
        "lets in who calls us by an address, by localhost or by a name that was allowed",
        arguments: [
            "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "[::1]", "localhost", "LOCALHOST:1", "192.168.1.2:80",
            "seed.box:8080",
        ])
    func allows(host: String) {
        #expect(refusal(call(host: host), names: ["seed.box"]) == nil)
    }

    @Test(
        "refuses names that a page may have pointed at us",
        arguments: [
            "evil.example:8080", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "1.2.3.4.5",
            "256.1.1.1",
            "[evil]", "", "seed.box.evil.example",
        ])
    func rebinding(host: String) {
        #expect(refusal(call(host: host), names: ["seed.box"]) == .foreignHost(host))
    }

    @Test("refuses a request without a host")
    func hostless() {
        #expect(refusal(call(host: nil)) == .foreignHost(""))
    }

    @Test(
        "refuses pages of other sites",
        arguments: ["http://evil.example", "null", "http://127.0.0.1:9090", "https://127.0.0.1", ""])
    func origins(origin: String) {
        #expect(refusal(call(host: "127.0.0.1:8080", origin: origin)) == .foreignOrigin(origin))
    }

    @Test("refuses what a browser says comes from elsewhere", arguments: ["cross-site", "same-site", "x"])
    func sites(site: String) {
        #expect(refusal(call(host: "127.0.0.1:8080", site: site)) == .foreignOrigin(site))
    }

    @Test("lets in a page of our own")
    func sameOrigin() {
        #expect(refusal(call(host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080", site: "same-origin")) == nil)
    }

    @Test(
        "wants name and password where they are set",
        arguments: [
            // "me:secret", "me:wrong1", "me:secre", "me:secret2", ""
            ("Basic bWU6c2VjcmV0", true), ("basic bWU6c2VjcmV0", true), ("Basic bWU6d3JvbmcxQQ==", false),
            ("Basic bWU6c2VjcmU=", false), ("Basic bWU6c2VjcmV0Mg==", false), ("Basic ", false),
            ("Bearer bWU6c2VjcmV0", false),
        ])
    func credentials(header: String, isRight: Bool) {
        let refusal = refusal(call(host: "localhost", authorization: header), credentials: "me:secret")

        #expect(refusal == (isRight ? nil : .unauthorized))
    }

    @Test("asks for the password before it tells what is here")
    func order() {
        let head = HTTPGuard.Head(method: "GET", path: "/else", host: "localhost")

        #expect(refusal(head, credentials: "a:b") == .unauthorized)
        #expect(refusal(head) == .unknownPath)
        #expect(refusal(.init(method: "GET", path: "/RPC2", host: "localhost")) == .wrongMethod)
    }
}
