/// Spreads a word over 64 bits: two multiplications, good enough that its high and low halves index
/// two different structures. Not a keyed hash: what is hashed comes from authenticated cameras and
/// from lists with an owner.
@inline(__always)
package func spread(_ word: UInt64) -> UInt64 {
    var h = word &* 0x9e37_79b9_7f4a_7c15
    h ^= h >> 32
    return h &* 0xff51_afd7_ed55_8ccd
}
