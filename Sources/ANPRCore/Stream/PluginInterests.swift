/// Which streams a plugin asks for.
package struct PluginInterests: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let hits = PluginInterests(rawValue: 1 << 0)
    package static let records = PluginInterests(rawValue: 1 << 1)
    /// The reads of `watchedPlates`.
    package static let watchedReads = PluginInterests(rawValue: 1 << 2)
}
