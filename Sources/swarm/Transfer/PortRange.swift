import ArgumentParser

/// `--port 6881-6999` or `--port 6881`; 0 lets the system choose.
struct PortRange: Equatable, ExpressibleByArgument {
    let ports: ClosedRange<UInt16>

    static let standard = PortRange(ports: 6881...6999)

    init(ports: ClosedRange<UInt16>) {
        self.ports = ports
    }

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first.flatMap({ UInt16($0) }) else { return nil }
        switch parts.count {
        case 1: self.init(ports: first...first)
        case 2:
            guard let last = UInt16(parts[1]), first <= last else { return nil }
            self.init(ports: first...last)
        default: return nil
        }
    }

    var defaultValueDescription: String { "\(ports.lowerBound)-\(ports.upperBound)" }
}
