import Testing

@testable import ANPRCore

/// Sizes and places that the wire, the rings and the encoder's one copy stand on.
@Suite struct LayoutTests {
    @Test func aWireReadIsTheWires32Bytes() {
        #expect(MemoryLayout<WireRead>.size == 32 && MemoryLayout<WireRead>.stride == 32)
        #expect(MemoryLayout<WireRead>.size == FrameLayout.readBytes)
        #expect(MemoryLayout<WireRead>.offset(of: \.capturedNs) == 0)
        #expect(MemoryLayout<WireRead>.offset(of: \.text) == 8)
        #expect(MemoryLayout<WireRead>.offset(of: \.country) == 24)
        #expect(MemoryLayout<WireRead>.offset(of: \.lane) == 26)
        #expect(MemoryLayout<WireRead>.offset(of: \.confidence) == 27)
        #expect(MemoryLayout<WireRead>.offset(of: \.vehicleClass) == 28)
        #expect(MemoryLayout<WireRead>.offset(of: \.flags) == 29)
        #expect(MemoryLayout<WireRead>.offset(of: \.speedDecikmh) == 30)
        #expect(1.littleEndian == 1, "reads are copied whole: the machine must be little endian")
    }

    @Test func aReadIsOneCacheLine() {
        #expect(MemoryLayout<Read>.size == 64 && MemoryLayout<Read>.stride == 64)
        #expect(MemoryLayout<Read>.offset(of: \.skeleton) == 8)
        #expect(MemoryLayout<Read>.offset(of: \.capturedNs) == 16)
        #expect(MemoryLayout<Read>.offset(of: \.camera) == 24)
        #expect(MemoryLayout<Read>.offset(of: \.epoch) == 28)
        #expect(MemoryLayout<Read>.offset(of: \.sequence) == 32)
        #expect(MemoryLayout<Read>.offset(of: \.transitUs) == 36)
        #expect(MemoryLayout<Read>.offset(of: \.text) == 40)
        #expect(MemoryLayout<Read>.offset(of: \.country) == 56)
        #expect(MemoryLayout<Read>.offset(of: \.speedDecikmh) == 58)
        #expect(MemoryLayout<Read>.offset(of: \.lane) == 60)
        #expect(MemoryLayout<Read>.offset(of: \.confidence) == 61)
        #expect(MemoryLayout<Read>.offset(of: \.vehicleClass) == 62)
        #expect(MemoryLayout<Read>.offset(of: \.flags) == 63)
    }

    @Test func statesAndEventsAreWholeLines() {
        #expect(MemoryLayout<CameraState>.size == 64)
        #expect(MemoryLayout<SectionRecord>.size == 128)
        #expect(MemoryLayout<Hit>.size == 128)
        #expect(MemoryLayout<CameraDoor.Pass>.stride == 40)
        #expect(MemoryLayout<SipKey>.size == 16 && MemoryLayout<Seal>.size == 16)
        #expect(SequenceWindow.wordCount * 8 == 1024)
    }

    @Test func aFullFrameFitsInAnIPv6MTU() {
        #expect(FrameLayout.frameBytesMin == 80)
        #expect(FrameLayout.frameBytesMax == 1424)
        // 40 bytes of IPv6 and 8 of UDP; one read more would not fit beside a tunnel's 20.
        #expect(FrameLayout.frameBytesMax + 48 <= 1500)
        #expect(Limits.windowReads % 64 == 0 && Limits.windowReads & (Limits.windowReads - 1) == 0)
        #expect(Limits.frameReadsMax <= 64, "a frame's reads are the bits of one word")
    }

    /// Section control takes the last eight bytes of a read as one word.
    @Test func marksOfAReadAreItsLastWord() {
        #expect(MemoryLayout<Read>.stride == 64 && MemoryLayout<Read>.offset(of: \.country) == ReadMarks.offset)
        #expect(MemoryLayout<Passage>.stride == 64 && MemoryLayout<SectionRead>.stride == 48)
        let read = Read(
            plate: .none, skeleton: Skeleton(word: 0), capturedNs: 0, camera: 0, epoch: 0, sequence: 0,
            text: PlateText("X"), country: Country("BE")!, speedDecikmh: 1234, lane: 3, confidence: 87,
            vehicleClass: .truck, flags: .oddField)
        let marks = ReadMarks([read])
        #expect(marks.country == Country("BE")! && marks.lane == 3 && marks.confidence == 87)
        #expect(marks.vehicleClass == .truck)
    }
}
