import ANPRCore
import PluginKit

extension CallFields {
    /// A file's ten digits, or its structured communication in any of its forms.
    func file(_ name: String) throws(Refusal) -> UInt64 {
        let text = try text(name)
        if text.utf8.count == 10, let number = UInt64(text) { return number }
        if let communication = StructuredCommunication(text) { return communication.number }
        throw bad(name, "must be a file's ten digits, or a structured communication with right check digits")
    }
}
