/// Which modules a file may import: no packages, no plugin in another, no Foundation in the engine, and
/// FoundationNetworking nowhere: decision 29.
enum Imports {
    static let core: Set<String> = ["Glibc", "Synchronization", "CLinux"]
    static let plugin: Set<String> = ["ANPRCore", "PluginKit", "Glibc", "Synchronization", "Foundation", "Dispatch"]
    static let kit: Set<String> = ["ANPRCore", "CLinux", "Glibc", "Synchronization", "Foundation", "Dispatch"]
    /// Files of ANPRCore that may import Foundation, each off the way of a read and with its reason.
    static let foundationAllowed: Set<String> = []

    static func findings(_ file: SourceFile) -> [Finding] {
        guard file.isSwift else { return [] }
        return file.code.indices.compactMap { i in
            let words = file.words(line: i)
            guard let at = words.firstIndex(of: "import"), at <= 1, at + 1 < words.count else { return nil }
            let module = String(words[at + 1])
            if file.coreFolder != nil {
                let isAllowed =
                    core.contains(module) || (module == "Foundation" && foundationAllowed.contains(file.path))
                return isAllowed ? nil : file.finding(line: i, "ANPRCore imports only \(core.sorted()), not \(module)")
            }
            if file.path.hasPrefix("Sources/Plugins/") {
                return plugin.contains(module)
                    ? nil : file.finding(line: i, "a plugin imports only \(plugin.sorted()), not \(module)")
            }
            if file.path.hasPrefix("Sources/PluginKit/") {
                return kit.contains(module)
                    ? nil : file.finding(line: i, "PluginKit imports only \(kit.sorted()), not \(module)")
            }
            if module == "FoundationNetworking", file.path.hasPrefix("Sources/") {
                return file.finding(line: i, "a peer can end the process through URLSession: use HTTPPeer")
            }
            return nil
        }
    }
}
