import Glibc
import Synchronization
import TestKit

/// A second host on this machine: a network namespace, joined to this one by a cable (veth) with private addresses.
///
/// For programs that refuse peers at loopback addresses. Needs root. The namespace lives as long as the process that
/// holds it, so nothing stays behind even when a test is killed; the cable goes with it.
final class VirtualNetwork: Sendable {
    /// Whether the rights to make one are there.
    static var isPossible: Bool { geteuid() == 0 }

    /// The one address of the other host.
    let guestAddress: String
    private let holder: ChildProcess
    private let hostAddresses: [String]
    private let issued = Atomic<Int>(0)

    /// - Parameter folder: for the files of the process that holds the namespace.
    init(folder: String) async throws {
        let subnet = "10.213.\(getpid() % 250)"
        let cable = "swarm\(getpid())"
        guestAddress = "\(subnet).100"
        hostAddresses = (1...8).map { "\(subnet).\($0)" }
        // It prints once it is inside, and then waits to be killed.
        holder = try await ChildProcess.start(
            ["unshare", "--net", "sh", "-c", "echo inside; exec sleep infinity"], in: folder)
        let holder = holder
        try await eventually("the namespace is there", context: { holder.report }) {
            try holder.requireRunning()
            return holder.standardOutput.contains("inside")
        }
        let here = hostAddresses.map { "ip address add \($0)/24 dev \(cable)" }
        let there = ["ip address add \(guestAddress)/24 dev eth0", "ip link set eth0 up", "ip link set lo up"]
        let script =
            ["ip link add \(cable) type veth peer name eth0 netns \(holder.processID)"] + here
            + ["ip link set \(cable) up"] + there.map { "nsenter --target \(holder.processID) --net \($0)" }
        try await ChildProcess.run(["sh", "-ec", script.joined(separator: "\n")], in: folder)
            .requireSuccess()
    }

    /// An address of this host that the other can reach; each only once.
    func nextAddress() throws -> String {
        let index = issued.add(1, ordering: .relaxed).oldValue
        guard index < hostAddresses.count else {
            throw Loopback.Failure(what: "address \(index) of a virtual network", code: EADDRNOTAVAIL)
        }
        return hostAddresses[index]
    }

    /// The command that runs `command` on the other host.
    func onGuest(_ command: [String]) -> [String] {
        ["nsenter", "--target", "\(holder.processID)", "--net", "--"] + command
    }
}
