import ANPRCore
import PluginKit

/// Makes a PDF of a letter by a program that is kept well by others: `weasyprint` or `wkhtmltopdf`. The file lies in
/// the folder of letters under the letter's key.
struct PDFTool: Sendable {
    let program: String
    let folder: String

    static let programs = ["weasyprint", "wkhtmltopdf"]
    private static let withinNs = 60 * Nanoseconds.second

    func make(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer {
        guard let tool = ExternalTool.find(program) else { throw .temporary("'\(program)' is not on this machine") }
        let output: ExternalTool.Output
        // Both read the page from standard input and write the document to standard output.
        do throws(ToolProblem) {
            output = try tool.run(["-", "-"], input: effect.payload, withinNs: Self.withinNs)
        } catch { throw .temporary("\(error)") }
        guard output.exitCode == 0, output.bytes.starts(with: Array("%PDF".utf8)) else {
            throw .temporary("\(program) ended with \(output.exitCode): \(output.errors)")
        }
        let path = folder + "/" + effect.key + ".pdf"
        do throws(SystemError) { try WholeFile.write(output.bytes, to: path) } catch { throw .temporary("\(error)") }
        return DeliveryAnswer(status: 200, body: Array(SHA256.digest(output.bytes).description.utf8))
    }
}
