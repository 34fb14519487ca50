@testable import ANPRCore

/// Camera 1's frames over real UDP, without tags, a read each.
struct FrameLane: ~Copyable {
    private var sender: UDPSender
    private var sequence: UInt32 = 1

    init(to engine: Engine) throws { sender = try UDPSender(UDPSender.Options(port: engine.port)) }

    mutating func send(_ plate: String) throws {
        let nowNs = Clock.wallNs()
        let read = WireRead(capturedNs: nowNs, text: PlateText(plate), country: Country("BE") ?? .unknown, lane: 1)
        let header = FrameHeader(camera: 1, epoch: 1, sequence: sequence, count: 1, keyID: 0, sentNs: nowNs)
        sequence += 1
        var bytes = [UInt8](repeating: 0, count: header.bytes)
        try bytes.withUnsafeMutableBytes { frame in
            withUnsafePointer(to: read) { read in
                _ = FrameEncoder.encode(
                    UnsafeBufferPointer(start: read, count: 1), header: header, key: nil, into: frame)
            }
            _ = try sender.send(UnsafeRawBufferPointer(frame), dueNs: nowNs)
        }
        try sender.finish()
    }
}
