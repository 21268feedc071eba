import NIOCore

/// Writes replies behind each other into one buffer.
struct HTTPReplyWriter {
    private(set) var buffer = ByteBuffer()

    mutating func clear() {
        buffer.clear()
    }

    /// Gives back the memory of something long.
    mutating func shrink() {
        if buffer.capacity > 256 << 10 { buffer = ByteBuffer() } else { buffer.clear() }
    }

    /// Writes a bencoded reply, whose length is known only once it is there.
    mutating func writeBencoded(to head: HTTPRequestHead, _ body: (inout ByteBuffer) -> Void) {
        buffer.writeStaticString(head.isOld ? "HTTP/1.0 200 OK\r\n" : "HTTP/1.1 200 OK\r\n")
        writeConnection(isOld: head.isOld, isKeptAlive: head.isKeptAlive)
        // The length is written over the blanks later; white space before a value is lawful. RFC 9110, 5.5.
        buffer.writeStaticString("Content-Type: text/plain\r\nContent-Length:       0\r\n\r\n")
        let start = buffer.writerIndex
        body(&buffer)
        setDecimal(buffer.writerIndex - start, endingAt: start - 4)
    }

    /// Writes a page.
    ///
    /// - Parameter isHead: the body stays away but its length is told, as an answer to `HEAD`.
    mutating func write(_ page: PageReply, isOld: Bool, isKeptAlive: Bool, isHead: Bool) {
        buffer.writeString("HTTP/1.\(isOld ? 0 : 1) \(page.status) \(PageReply.reason(page.status))\r\n")
        writeConnection(isOld: isOld, isKeptAlive: isKeptAlive)
        for field in page.fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        buffer.writeString("Content-Type: \(page.contentType)\r\nContent-Length: \(page.body.count)\r\n\r\n")
        if !isHead { buffer.writeBytes(page.body) }
    }

    private mutating func writeConnection(isOld: Bool, isKeptAlive: Bool) {
        if !isKeptAlive {
            buffer.writeStaticString("Connection: close\r\n")
        } else if isOld {
            buffer.writeStaticString("Connection: keep-alive\r\n")
        }
    }

    /// Seven digits have room; a reply is below a megabyte.
    private mutating func setDecimal(_ value: Int, endingAt end: Int) {
        var rest = value
        var place = end
        repeat {
            place -= 1
            buffer.setInteger(UInt8(ascii: "0") + UInt8(rest % 10), at: place)
            rest /= 10
        } while rest > 0
    }
}
