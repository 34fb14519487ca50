import Testing

@testable import PluginKit

@Suite struct PercentTextTests {
    @Test func thereAndBack() {
        for text in ["", "12:3/1/44:7/1/90", "a b%+&?#", "élève", "-._~AZaz09"] {
            #expect(PercentText.decode(PercentText.encode(text)) == text)
        }
        #expect(PercentText.encode("12:3/é-._~") == "12%3A3%2F%C3%A9-._~")
    }

    @Test(arguments: ["%", "%1", "%zz", "a%4", "%ff"]) func refused(text: String) {
        #expect(PercentText.decode(text) == nil)
    }
}
