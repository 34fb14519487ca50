import Glibc

/// seeds/ as the tests find it: beside a folder above this file.
enum SeedFolder {
    static func path(_ name: String) -> String {
        var folder = Substring(#filePath)
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            let candidate = "\(folder)/seeds/\(name)"
            if access(candidate, R_OK) == 0 { return candidate }
        }
        preconditionFailure("no seeds/\(name) above \(#filePath)")
    }
}

/// A text as the bytes of a file.
func withBytes<R, E: Error>(_ text: String, _ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    let bytes = Array(text.utf8)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    return try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(copy)[..<bytes.count]))
}
