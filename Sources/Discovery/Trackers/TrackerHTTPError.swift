import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// Why no HTTP reply came, and words for what libraries throw.
enum TrackerHTTPError: Error, CustomStringConvertible {
    case tooManyRedirects(Int)
    case noLocalAddress(host: String)
    case status(Int, reason: String)

    var description: String {
        switch self {
        case .tooManyRedirects(let limit): "the tracker redirects more than \(limit) times"
        case .noLocalAddress(let host): "no bound local address can reach \(host)"
        case .status(let code, let reason): "the tracker answered HTTP \(code) \(reason)"
        }
    }

    /// Whether nothing was sent, because no connection came about.
    static func isConnectFailure(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError: true
        case let error as IOError:
            [
                ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL, ETIMEDOUT, EACCES, EPERM,
            ].contains(error.errnoCode)
        case let error as HTTPClientError: error == .connectTimeout
        case let error as ChannelError:
            if case .connectTimeout = error { true } else { false }
        default: false
        }
    }

    /// Whether nothing came that a tracker could have said: no connection, or no reply in time.
    static func isSilence(_ error: any Error) -> Bool {
        if isConnectFailure(error) { return true }
        guard let error = error as? HTTPClientError else { return false }
        return [.deadlineExceeded, .readTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error)
    }

    /// Whether an established connection went away under the request.
    static func isLostConnection(_ error: any Error) -> Bool {
        switch error {
        case let error as IOError: [ECONNRESET, EPIPE, ENOTCONN].contains(error.errnoCode)
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as ChannelError:
            switch error {
            case .ioOnClosedChannel, .alreadyClosed, .inputClosed, .outputClosed, .eof: true
            default: false
            }
        default: false
        }
    }

    /// A sentence for a person.
    static func sentence(for error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: sentence(for: error)
        case let error as IOError: "the tracker could not be reached: \(String(cString: strerror(error.errnoCode)))"
        case is ResponseAccumulator.ResponseTooBigError: "the tracker's reply is too long"
        case let error as HTTPClientError:
            switch error {
            case .deadlineExceeded, .readTimeout, .connectTimeout, .tlsHandshakeTimeout:
                "the tracker did not answer in time"
            case .getConnectionFromPoolTimeout: "no connection to the tracker became free in time"
            case .remoteConnectionClosed: "the tracker closed the connection before its reply was whole"
            case .cancelled, .alreadyShutdown: "the announce was given up"
            default: "the tracker's HTTP reply cannot be used: \(error.description)"
            }
        case let error as ChannelError:
            if case .connectTimeout = error {
                "the tracker did not answer in time"
            } else {
                "the connection to the tracker was lost: \(error)"
            }
        case is TrackerHTTPError, is TrackerURLError: String(describing: error)
        default: sentence(forUnknown: String(describing: error))
        }
    }

    /// TLS failures have types of another package; their texts tell them apart.
    private static func sentence(forUnknown text: String) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "the tracker's TLS certificate is not trusted: it is expired, self-signed or of an unknown authority"
        }
        if text.contains("failedToValidateHostname") {
            return "the tracker's TLS certificate is for another name"
        }
        return "the connection to the tracker failed: \(text)"
    }

    private static func sentence(for error: NIOConnectionError) -> String {
        let causes = error.connectionErrors.map { String(describing: $0.error) }
        if causes.isEmpty, let lookUp = error.dnsAError ?? error.dnsAAAAError {
            return "the tracker's name \(error.host) could not be looked up: \(lookUp)"
        }
        return "the tracker \(error.host) could not be reached: \(causes.joined(separator: "; "))"
    }
}
