/// Numbers on the wire: little endian, at any offset.
extension UnsafeRawPointer {
    @inline(__always)
    func number<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, _ type: T.Type) -> T {
        T(littleEndian: (self + offset).loadUnaligned(as: T.self))
    }
}

extension UnsafeMutableRawPointer {
    @inline(__always)
    func put<T: FixedWidthInteger & BitwiseCopyable>(_ number: T, at offset: Int) {
        (self + offset).storeBytes(of: number.littleEndian, as: T.self)
    }
}
