package import Commands
import Glibc

/// Why a server gave no answer.
package enum SCGIClientError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreachable(address: String, reason: String)
    case noAnswer(address: String, reason: String)
    case tooLong(address: String)

    package var description: String {
        switch self {
        case .unreachable(let address, let reason): "cannot connect to \(address): \(reason)"
        case .noAnswer(let address, let reason): "\(address) gave no answer: \(reason)"
        case .tooLong(let address): "\(address) answered more than \(SCGIClient.longestAnswer) bytes"
        }
    }
}

/// Calls a daemon over SCGI, waiting for the answer: for command-line tools, not for event loops.
package struct SCGIClient: Sendable {
    static let longestAnswer = 256 << 20

    package let address: SCGIAddress
    /// For connecting and for each part of the answer.
    package var timeoutSeconds = 60

    package init(address: SCGIAddress) { self.address = address }

    /// Makes one XML-RPC call. - Returns: its result. - Throws: ``SCGIClientError``, or the ``CommandFault`` that the server answered.
    package func call(_ method: String, _ parameters: [Value]) throws -> RPCParameter {
        let document = try XMLRPCEncoder().call(method, parameters)
        return try XMLRPCDecoder.decodeResponse(try send(document, contentType: "text/xml"))
    }

    /// Sends a document and returns the body of the answer.
    package func send(_ document: [UInt8], contentType: String) throws(SCGIClientError) -> [UInt8] {
        let request = SCGIRequest(headers: [.init(name: "CONTENT_TYPE", value: contentType)], body: document)
        let descriptor = try connected()
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        try write(request.encoded, to: descriptor)
        let answer = try readAll(from: descriptor)
        guard let body = SCGIResponse.body(of: answer) else {
            throw .noAnswer(
                address: address.description, reason: answer.isEmpty ? "it closed the connection" : "no end of headers")
        }
        return body
    }

    /// Whether somebody accepts a connection there.
    package var isAnswering: Bool {
        guard let descriptor = try? connected() else { return false }
        close(descriptor)
        return true
    }

    private func connected() throws(SCGIClientError) -> Int32 {
        switch address {
        case .local(let path, _):
            do {
                return try LocalSocket.connect(path: path)
            } catch {
                guard case .failed(_, _, let errno) = error else {
                    throw .unreachable(address: path, reason: error.description)
                }
                throw .unreachable(address: path, reason: String(cString: strerror(errno)))
            }
        case .port(let host, let port): return try connect(host: host, port: port)
        }
    }

    private func connect(host: String, port: Int) throws(SCGIClientError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var reason = status == 0 ? "no address" : String(cString: gai_strerror(status))
        var candidate = list
        while let info = candidate?.pointee {
            candidate = info.ai_next
            let descriptor = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
            guard descriptor >= 0 else { continue }
            if Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return descriptor }
            reason = String(cString: strerror(errno))
            close(descriptor)
        }
        throw .unreachable(address: address.description, reason: reason)
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(SCGIClientError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .noAnswer(address: address.description, reason: String(cString: strerror(errno)))
            }
            sent += count
        }
    }

    private func readAll(from descriptor: Int32) throws(SCGIClientError) -> [UInt8] {
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let reason =
                    errno == EAGAIN ? "nothing came for \(timeoutSeconds) seconds" : String(cString: strerror(errno))
                throw .noAnswer(address: address.description, reason: reason)
            }
            if count == 0 { return answer }
            guard answer.count + count <= Self.longestAnswer else { throw .tooLong(address: address.description) }
            answer += part[..<count]
        }
    }
}
