import Testing

@testable import ANPRCore

@Suite struct FrameCodecTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func decodingIsTheInverseOfEncoding(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<250 {
            let header = FrameSample.header(&random)
            let reads = (0..<Int(header.count)).map { _ in FrameSample.read(&random) }
            let key = SipKey(low: random.next(), high: random.next())
            let bytes = FrameSample.frame(reads, header, key: key)
            #expect(bytes.count == 48 + 32 * reads.count)
            #expect(try FrameSample.header(of: bytes).get() == header)
            #expect(FrameSample.isSealed(bytes, by: key))
            #expect(!FrameSample.isSealed(bytes, by: SipKey(low: key.low ^ 1, high: key.high)))
            #expect(!FrameSample.isSealed(bytes, by: SipKey(low: key.high, high: key.low)))
            let back = FrameSample.wireReads(of: bytes, count: reads.count)
            #expect(back == reads)
            // And the other way round: the same bytes again.
            #expect(FrameSample.frame(back, try FrameSample.header(of: bytes).get(), key: key) == bytes)
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func eachFieldOfAReadArrives(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<2000 {
            let wire = FrameSample.read(&random)
            let receivedNs = Nanoseconds(1_795_421_731) * .second
            let read = FrameSample.decoded(wire, camera: 9, epoch: 8, sequence: 7, receivedNs: receivedNs)
            #expect(read.id == ReadID(camera: 9, epoch: 8, sequence: 7))
            #expect(read.capturedNs == wire.capturedNs && read.text == wire.text && read.lane == wire.lane)
            #expect(read.speedDecikmh == wire.speedDecikmh)
            #expect(read.confidence == min(100, wire.confidence))
            let isKnownClass = wire.vehicleClass.code <= 5
            #expect(read.vehicleClass == (isKnownClass ? wire.vehicleClass : .unknown))
            let letters = [UInt8(wire.country.code & 0xff), UInt8(wire.country.code >> 8)]
            let isKnownCountry = wire.country.code == 0 || letters.allSatisfy { (0x41...0x5a).contains($0) }
            #expect(read.country == (isKnownCountry ? wire.country : .unknown))
            let isOdd = !isKnownClass || !isKnownCountry || wire.confidence > 100 || wire.flags.rawValue > 7
            #expect(read.flags.contains(.oddField) == isOdd)
            #expect(read.flags.rawValue & 0x0f == wire.flags.rawValue & 0x07)
            let plate = (try? Plate(wire.text.string)) ?? .none
            #expect(read.plate == plate && read.flags.contains(.unparseable) == plate.isNone)
            #expect(!read.flags.contains(.clockSuspect))
        }
    }

    @Test(arguments: [
        ("BE", true), ("ZA", true), ("be", false), ("B\0", false), ("@A", false), ("A[", false), ("A\n", false),
    ])
    func aCountryIsTwoCapitalsOrUnknown(text: String, isDefined: Bool) {
        let bytes = Array(text.utf8)
        let code = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
        let wire = WireRead(capturedNs: 1, text: PlateText("1ABC234"), country: Country(code: code))
        let read = FrameSample.decoded(wire)
        #expect(read.country.description == (isDefined ? text : ""))
        #expect(read.flags.contains(.oddField) == !isDefined)
    }

    @Test(arguments: [
        (Nanoseconds(0), Int32(0)), (5 * .millisecond, 5000), (-5 * .millisecond, -5000), (.hour, .max), (-.hour, .min),
        (.max, .max), (.min + 1, .min),
    ])
    func transitSaturates(transitNs: Nanoseconds, transitUs: Int32) {
        let wire = WireRead(capturedNs: 0, text: PlateText("1ABC234"))
        #expect(FrameSample.decoded(wire, receivedNs: transitNs).transitUs == transitUs)
    }

    /// A capture time so far off that the difference is no 64-bit number saturates at the right end.
    @Test func transitSaturatesPastTheWord() {
        let text = PlateText("1ABC234")
        #expect(FrameSample.decoded(WireRead(capturedNs: .min, text: text), receivedNs: 1).transitUs == .max)
        #expect(FrameSample.decoded(WireRead(capturedNs: .max, text: text), receivedNs: -2).transitUs == .min)
    }

    @Test func aFrameWithoutAKeyHasATagOfZeroes() {
        let header = FrameHeader(camera: 7, epoch: 1, sequence: 0, count: 1, keyID: 0, sentNs: 1)
        let bytes = FrameSample.frame([WireRead(capturedNs: 1, text: PlateText("1ABC234"))], header, key: nil)
        #expect(bytes.suffix(16).allSatisfy { $0 == 0 })
        #expect(!FrameSample.isSealed(bytes))
    }

    @Test func theEncoderHoldsItsBounds() async {
        await #expect(processExitsWith: .failure) {
            let header = FrameHeader(camera: 7, epoch: 1, sequence: 0, count: 2, keyID: 1, sentNs: 1)
            _ = FrameSample.frame([WireRead(capturedNs: 1, text: PlateText("A1"))], header)
        }
        await #expect(processExitsWith: .failure) {
            let header = FrameHeader(camera: 7, epoch: 1, sequence: 0, count: 44, keyID: 1, sentNs: 1)
            _ = FrameSample.frame(
                [WireRead](repeating: WireRead(capturedNs: 1, text: PlateText("A1")), count: 44), header)
        }
    }
}
