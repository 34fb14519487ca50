import ANPRCore

/// One read of a plate, with the names of the place as they were then.
struct Sighting: Equatable, Sendable {
    let plate: Plate
    /// As the camera sent it.
    let text: String
    let country: Country
    let capturedNs: Nanoseconds
    let camera: UInt32
    let epoch: UInt32
    let sequence: UInt32
    let lane: UInt8
    let confidence: UInt8
    let isClockSuspect: Bool
    let cameraName: String
    let site: String
    let road: String

    init(_ read: Read, at camera: Camera?) {
        plate = read.plate
        text = read.text.string
        country = read.country
        capturedNs = read.capturedNs
        (self.camera, epoch, sequence) = (read.camera, read.epoch, read.sequence)
        (lane, confidence) = (read.lane, read.confidence)
        isClockSuspect = read.flags.contains(.clockSuspect)
        cameraName = camera?.name ?? String(read.camera)
        site = camera?.site ?? ""
        road = camera?.road ?? ""
    }

    /// Camera, epoch and sequence: names the read.
    var read: String { "\(camera)/\(epoch)/\(sequence)" }
    /// Where two are together: all lanes of a site; the camera alone when it is not known.
    var place: String { site.isEmpty ? cameraName : site }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: plate.word)
        bytes.append(number: country.code)
        bytes.append(number: capturedNs)
        bytes.append(number: camera)
        bytes.append(number: epoch)
        bytes.append(number: sequence)
        bytes.append(number: lane)
        bytes.append(number: confidence)
        bytes.append(number: UInt8(isClockSuspect ? 1 : 0))
        bytes.append(texts: [text, cameraName, site, road])
    }

    init?(_ reader: inout ByteReader) {
        guard let word = reader.number(UInt64.self), word < Plate.wordEnd, let code = reader.number(UInt16.self),
            let capturedNs = reader.number(Nanoseconds.self), let camera = reader.number(UInt32.self),
            let epoch = reader.number(UInt32.self), let sequence = reader.number(UInt32.self),
            let lane = reader.number(UInt8.self), let confidence = reader.number(UInt8.self),
            let suspect = reader.number(UInt8.self), suspect < 2, let texts = reader.texts(4)
        else { return nil }
        (plate, country, self.capturedNs) = (Plate(word: word), Country(code: code), capturedNs)
        (self.camera, self.epoch, self.sequence) = (camera, epoch, sequence)
        (self.lane, self.confidence, isClockSuspect) = (lane, confidence, suspect == 1)
        (text, cameraName, site, road) = (texts[0], texts[1], texts[2], texts[3])
    }
}
