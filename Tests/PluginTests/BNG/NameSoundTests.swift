import Testing

@testable import BNG

/// What sounds alike to a Belgian ear, and what does not.
@Suite struct NameSoundTests {
    @Test(arguments: [
        ("Janssens", "Jansen"), ("Janssens", "Yansens"), ("Peeters", "Pieters"), ("Peeters", "PETERS"),
        ("Hendrickx", "Hendriks"), ("Hendrickx", "Hendrix"), ("Claes", "Klaas"), ("Leclercq", "Leclerc"),
        ("Lefèvre", "Lefebvre"), ("Müller", "Mueller"), ("Müller", "Muller"), ("Schmidt", "Schmitt"),
        ("De Smet", "Desmedt"), ("Van den Bossche", "Vandenbossche"), ("Thibaut", "Thibault"),
        ("Lambrechts", "Lambrecht"), ("Dupont", "Dupond"), ("Leroux", "Leroux"), ("Leroux", "Lerou"),
        ("D'Hondt", "Dhont"), ("Wouters", "Vouters"), ("Çelik", "Selik"), ("Goossens", "Gossens"),
        ("Strauß", "Strauss"), ("Éloïse", "Eloise"), ("Djamel", "Jamel"), ("Philips", "Filips"),
        ("Bosch", "Bossche"), ("Martin", "Mertens"),
    ])
    func soundsAlike(a: String, b: String) { #expect(NameSound.code(a) == NameSound.code(b)) }

    @Test(arguments: [
        ("Janssens", "Peeters"), ("Maes", "Claes"), ("Martin", "Merckx"), ("Dubois", "Dupont"), ("Lambert", "Lammens"),
        ("Anna", "Janna"), ("Willems", "Wouters"), ("De Smet", "De Smul"),
    ])
    func soundsApart(a: String, b: String) { #expect(NameSound.code(a) != NameSound.code(b)) }

    /// Snapshots hold codes: a change of one is another version of the state.
    @Test func codes() {
        let codes = ["Janssens", "Peeters", "Leclercq", "Éloïse", "Schmitz", ""].map { NameSound.code($0) }
        #expect(codes == [0xa797, 0x238, 0x65685, 0x169, 0x973, 0])
    }

    @Test func lettersFold() {
        #expect(NameSound.letters("d'Été-Łódź ßœ") == Array("DETELODZSSOE".utf8))
        #expect(NameSound.letters("Ÿþæĳ ŉ ſ") == Array("YTHAEIJNS".utf8))
        #expect(NameSound.letters("王").isEmpty)
    }

    @Test func noNameIsTooLong() {
        #expect(NameSound.code(String(repeating: "Balabanov", count: 100)) != 0)
    }
}
