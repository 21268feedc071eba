import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Fetches a torrent file from a web server; as long as it likes in neither bytes nor time.
struct TorrentDownload {
    static let maxBytes = 32 << 20
    /// For the whole reply, redirects included.
    static let timeout = TimeAmount.seconds(60)

    /// Local addresses to call from; the first whose family fits.
    var bindAddresses: [String] = []

    /// - Throws: 69 when there is no answer or not the wanted one; the line that says why is written by then.
    func fetch(_ url: String) async throws(ExitCode) -> [UInt8] {
        let shown = TerminalText.visible(url)
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(15), read: .seconds(30))
        configuration.redirectConfiguration = .follow(max: 5, allowCycles: false)
        configuration.decompression = .disabled
        configuration.localAddress = bindAddresses.first
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome = await Self.get(url, with: client)
        try? await client.shutdown()
        switch outcome {
        case .success(let bytes): return bytes
        case .failure(let problem): throw ExitStatus.end(ExitStatus.unavailable, "\(shown): \(problem.text)")
        }
    }

    private struct Problem: Error {
        let text: String
    }

    private static func get(_ url: String, with client: HTTPClient) async -> Result<[UInt8], Problem> {
        var request = HTTPClientRequest(url: url)
        request.headers = ["User-Agent": "swarm/0.1.0", "Accept": "application/x-bittorrent, */*"]
        do {
            let response = try await client.execute(request, deadline: .now() + timeout)
            guard response.status == .ok else {
                let reason = TerminalText.visible(response.status.reasonPhrase)
                return .failure(Problem(text: "the server answered \(response.status.code) \(reason)"))
            }
            let body = try await response.body.collect(upTo: maxBytes)
            return .success(Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .failure(Problem(text: "the file is larger than \(ByteFormat.size(Int64(maxBytes)))"))
        } catch let error as HTTPClientError {
            return .failure(Problem(text: "cannot fetch it: \(error.shortDescription)"))
        } catch {
            return .failure(Problem(text: "cannot fetch it: \(error)"))
        }
    }
}
