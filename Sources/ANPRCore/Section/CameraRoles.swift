/// For each camera, the ends of sections that it stands at: a flat list behind an index, so that a camera without a
/// role costs one load and a branch.
struct CameraRoles: ~Copyable {
    struct Role: BitwiseCopyable {
        var section: UInt16
        var isEntry: Bool
    }

    /// For each camera id: start in `roles`, and count in the top byte. 0: none, as for every id from `idEnd` on.
    private let index: Slab<UInt32>
    private let roles: Slab<Role>
    let idEnd: UInt32

    init(_ sections: SectionRegistry, cameras: CameraRegistry) {
        var byCamera: [UInt32: [Role]] = [:]
        for (i, section) in sections.sections.enumerated() {
            for id in section.entryCameras { byCamera[id, default: []].append(Role(section: UInt16(i), isEntry: true)) }
            for id in section.exitCameras { byCamera[id, default: []].append(Role(section: UInt16(i), isEntry: false)) }
        }
        idEnd = max(cameras.idEnd, (byCamera.keys.max() ?? 0) + 1)
        index = Slab(count: Int(idEnd) + 1)
        roles = Slab(count: max(1, byCamera.values.reduce(0) { $0 + $1.count }))
        var at = 0
        for (id, list) in byCamera.sorted(by: { $0.key < $1.key }) {
            precondition(list.count <= 255 && at < 1 << 24, "a camera stands at no more than 255 ends")
            index.base[Int(id)] = UInt32(at) | UInt32(list.count) << 24
            for role in list {
                roles.base[at] = role
                at += 1
            }
        }
    }

    /// 1 if it has any role, else 0; without a branch.
    @inline(__always)
    func oneIfAny(_ camera: UInt32) -> Int { Int(min(index.base[Int(min(camera, idEnd))] >> 24, 1)) }

    @inline(__always)
    func roles(of camera: UInt32) -> (base: UnsafePointer<Role>, count: Int) {
        let word = index.base[Int(min(camera, idEnd))]
        // SAFE: start and count were made in init.
        return (UnsafePointer(roles.base + Int(word & 0xff_ffff)), Int(word >> 24))
    }
}
