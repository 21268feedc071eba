import Glibc

/// Finds the ports for all addresses and both protocols, and binds them.
enum PortPlan {
    /// One address's sockets.
    struct Place {
        let host: String
        let stream: ListeningSocket.Set
        let datagram: ListeningSocket.Set

        var endpoints: [Tracker.Endpoint] {
            [
                Tracker.Endpoint(kind: .stream, host: host, port: stream.port),
                Tracker.Endpoint(kind: .datagram, host: host, port: datagram.port),
            ]
        }

        func close() {
            stream.close()
            datagram.close()
        }
    }

    // Any free TCP port is tried at the other addresses and for UDP as well; somebody may sit there.
    private static let attempts = 32

    static func bind(_ configuration: TrackerConfiguration) throws(TrackerError) -> [Place] {
        var attempt = 1
        while true {
            do {
                return try bindOnce(configuration)
            } catch .portInUse(let kind, let address, let port) {
                guard configuration.port == 0, attempt < attempts else {
                    throw .portInUse(kind, address: address, port: port)
                }
                attempt += 1
            }
        }
    }

    private static func bindOnce(_ configuration: TrackerConfiguration) throws(TrackerError) -> [Place] {
        var places: [Place] = []
        var port = configuration.port
        var udpPort = configuration.udpPort
        do {
            for address in configuration.addresses {
                do {
                    let place = try bind(address.host, port, udpPort, copies: configuration.threads)
                    places.append(place)
                    port = place.stream.port
                    if udpPort != nil { udpPort = place.datagram.port }
                } catch .cannotBind(_, address: _, port: _, code: _) where address.isOptional {
                    continue
                }
            }
        } catch {
            for place in places { place.close() }
            throw error
        }
        guard let first = configuration.addresses.first else { return [] }
        guard !places.isEmpty else {
            throw .cannotBind(.stream, address: first.host, port: port, code: EADDRNOTAVAIL)
        }
        return places
    }

    private static func bind(
        _ host: String, _ port: UInt16, _ udpPort: UInt16?, copies: Int
    ) throws(TrackerError) -> Place {
        let stream = try ListeningSocket.bind(.stream, host: host, port: port, copies: copies)
        do {
            let datagram = try ListeningSocket.bind(
                .datagram, host: host, port: udpPort ?? stream.port, copies: copies)
            return Place(host: host, stream: stream, datagram: datagram)
        } catch {
            stream.close()
            throw error
        }
    }
}
