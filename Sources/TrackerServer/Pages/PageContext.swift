import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What Hummingbird keeps of one page request: it came by our own connection, not by a server of Hummingbird's.
struct PageContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let request: PageRequest

    typealias Source = PageSource

    init(source: PageSource) {
        coreContext = CoreRequestContextStorage(source: source)
        request = source.request
    }
}

struct PageSource: RequestContextSource {
    let request: PageRequest
    let logger: Logger
}

extension PageReply {
    /// The whole of a response.
    init(_ response: Response) async throws {
        let collected = Collector()
        try await response.body.write(collected)
        let name = HTTPField.Name.contentType
        self.init(
            status: response.status.code, contentType: response.headers[name] ?? "text/plain",
            body: collected.bytes,
            fields: response.headers.filter { $0.name != name && $0.name != .contentLength }.map {
                ($0.name.rawName, $0.value)
            })
    }

    private final class Collector: ResponseBodyWriter {
        var bytes: [UInt8] = []

        func write(_ buffer: ByteBuffer) async throws { bytes += Array(buffer.readableBytesView) }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
