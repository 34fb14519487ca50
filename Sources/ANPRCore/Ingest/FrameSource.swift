/// Where a frame came from: IPv4, host order.
package struct FrameSource: BitwiseCopyable, Equatable, Sendable {
    package var address: UInt32
    package var port: UInt16
    package init(address: UInt32 = 0, port: UInt16 = 0) {
        self.address = address
        self.port = port
    }
}
