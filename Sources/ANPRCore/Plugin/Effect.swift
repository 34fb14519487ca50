/// Something that shall happen outside: a line, a letter, a message.
package struct Effect: Equatable, Sendable {
    /// Names it for ever: the receiver does it once, however often it comes.
    package let key: String
    package let destination: String
    package let payload: [UInt8]

    package init(key: String, destination: String, payload: [UInt8]) {
        self.key = key
        self.destination = destination
        self.payload = payload
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(text: key)
        bytes.append(text: destination)
        bytes.append(number: UInt32(payload.count))
        bytes += payload
    }

    init?(_ reader: inout ByteReader) {
        guard let key = reader.text(), let destination = reader.text(), let count = reader.number(UInt32.self),
            let payload = reader.run(Int(count))
        else { return nil }
        self.init(key: key, destination: destination, payload: Array(payload))
    }
}
