import ANPRCore

/// The cameras that a whole engine is measured with, their keys, and the engine's configuration to begin from.
struct BenchmarkNetwork {
    let keys: KeyRing
    /// Any free port; cameras and keys of this network; nothing else.
    let configuration: EngineConfiguration

    /// Its files go into the folder, which must outlive it.
    init(cameras: Int, in folder: BenchmarkFolder) throws {
        let master = "000102030405060708090a0b0c0d0e0f"
        try folder.write("master.key", [master])
        try folder.write(
            "cameras.csv", ["camera,site,lane,x_m,y_m"] + (1...cameras).map { "\($0),site-\($0),1,0,0" })
        guard let key = SipKey(hexadecimal: master) else { preconditionFailure("32 digits") }
        keys = KeyRing(master: key)
        var configuration = EngineConfiguration()
        configuration.listen.port = 0
        configuration.camerasPath = folder.path("cameras.csv")
        configuration.keys = .master(path: folder.path("master.key"))
        self.configuration = configuration
    }
}
