/// One vehicle on the roads: what it is, and the site that it reaches next.
struct Vehicle: BitwiseCopyable {
    var plate = Plate.none
    /// As a camera prints it without separators, and with them.
    var text = PlateText(low: 0, high: 0)
    var spacedText = PlateText(low: 0, high: 0)
    /// Number over the whole run.
    var number: UInt32 = 0
    /// Which list's plate it carries, and which of its entries; -1: an ordinary one.
    var list: Int32 = -1
    var entry: Int32 = 0
    var site: UInt32 = 0
    var road: UInt32 = .max
    /// On the link that brings it to the site; 0 when it comes from off the network.
    var speedMkmh: UInt32 = 0
    var style = DrivingStyle()
    var limitKmh: UInt16 = 0
    var hopsLeft: UInt16 = 0
    var country = Country.unknown
    var vehicleClass = VehicleClass.unknown
}
