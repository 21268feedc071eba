// Sources are not marked as `Sendable`; cancelling one is safe from any thread.
@preconcurrency import Dispatch
import Glibc

/// Signals as values for a loop to wait for, instead of the end of the process.
///
/// ```swift
/// for await signal in SignalStream([SIGINT, SIGTERM]) { … }
/// ```
struct SignalStream: AsyncSequence, Sendable {
    private let signals: AsyncStream<Int32>

    /// From now on these signals do nothing else than to appear here.
    init(_ numbers: [Int32]) {
        signals = AsyncStream { continuation in
            let sources = numbers.map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return source
            }
            continuation.onTermination = { _ in
                for source in sources { source.cancel() }
            }
        }
    }

    func makeAsyncIterator() -> AsyncStream<Int32>.Iterator { signals.makeAsyncIterator() }
}
