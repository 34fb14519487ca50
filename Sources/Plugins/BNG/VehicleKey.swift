import ANPRCore

/// What identifies a vehicle: its plate and the country, `1ABC234/BE`; nothing behind the stroke where that is unknown.
enum VehicleKey {
    static func text(_ plate: Plate, _ country: Country) -> String { "\(plate)/\(country)" }
    static func plate(_ key: String) -> String { String(key.prefix { $0 != "/" }) }
    static func country(_ key: String) -> String { String(key.drop { $0 != "/" }.dropFirst()) }
}
