import ANPRCore

/// The receipt of a delivery, in two copies: one for who gives, one for who takes. It shows each piece's last hash, so
/// that the paper is a witness of the chain.
struct Receipt {
    enum Format: String, CaseIterable, Sendable { case text, html }
    enum Language: String, CaseIterable, Sendable { case fr, nl, de, en }

    static let copies = 2
    private static let hashDigits = CustodyAnchor.hashDigitsMin

    private let name: String
    private let rows: [(String, String)]
    private let pieces: [[String]]
    private let words: Words

    init(_ register: CustodyRegister, _ delivery: Delivery, number: Int, language: Language) {
        let words = Words(language)
        func line(_ ns: Nanoseconds, _ by: UInt32) -> String {
            ns == 0 ? "-" : "\(Instant.format(ns)) \(register.text(by))"
        }
        name = Delivery.name(number)
        rows = [
            (words.from, register.text(delivery.from)), (words.to, register.text(delivery.to)),
            (words.state, words.states[Int(delivery.state.rawValue)]),
            (words.sent, line(delivery.sentNs, delivery.sentBy)),
            (words.ended, line(delivery.endedNs, delivery.endedBy)), (words.note, register.text(delivery.note)),
        ]
        pieces = delivery.pieces.enumerated().map { i, piece in
            let row = register.exhibits[Int(piece)]
            return [
                "\(i + 1)", row.number.description, register.text(row.seal), register.text(row.description),
                "\(row.entryCount)", String(register.lastDigest(Int(piece)).description.prefix(Self.hashDigits)),
            ]
        }
        self.words = words
    }

    func written(_ format: Format) -> String { format == .html ? html : text }

    private var text: String {
        words.copyFor.map { copy in
            var out = "\(words.title) \(name)\n\(copy)\n\n"
            for (name, value) in rows { out += "\(name): \(value)\n" }
            out += "\n"
            for piece in [words.columns] + pieces { out += piece.joined(separator: " | ") + "\n" }
            out += "\n\(words.signatures)\n"
            return out
        }.joined(separator: "\u{0c}\n")
    }

    private var html: String {
        let copies = words.copyFor.map { copy in
            let facts = rows.map { "<dt>\(Self.escaped($0))</dt><dd>\(Self.escaped($1))</dd>" }.joined()
            let head = words.columns.map { "<th>\(Self.escaped($0))</th>" }.joined()
            let body = pieces.map { piece in
                "<tr>" + piece.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>\n"
            }.joined()
            return """
                <section>
                <h1>\(words.title) \(name)</h1>
                <p>\(copy)</p>
                <dl>\(facts)</dl>
                <table><thead><tr>\(head)</tr></thead><tbody>
                \(body)</tbody></table>
                <p class="signatures">\(words.signatures)</p>
                </section>

                """
        }
        return """
            <!DOCTYPE html>
            <html lang="\(words.language.rawValue)"><head><meta charset="utf-8"><title>\(words.title) \(name)</title>
            <style>section{break-after:page;font:11pt sans-serif}table{border-collapse:collapse}\
            td,th{border:1px solid;padding:2pt 5pt;text-align:left}.signatures{margin-top:40pt}</style></head><body>
            \(copies.joined())</body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// The words of a receipt in one language.
    private struct Words {
        let language: Language
        let title, from, to, state, sent, ended, note, signatures: String
        let copyFor: [String]
        /// By `DeliveryState`.
        let states: [String]
        let columns: [String]

        init(_ language: Language) {
            self.language = language
            func word(_ fr: String, _ nl: String, _ de: String, _ en: String) -> String {
                switch language {
                case .fr: fr
                case .nl: nl
                case .de: de
                case .en: en
                }
            }
            title = word("Récépissé de livraison", "Ontvangstbewijs", "Empfangsbestätigung", "Receipt of delivery")
            from = word("De", "Van", "Von", "From")
            to = word("À", "Naar", "Nach", "To")
            state = word("État", "Status", "Stand", "State")
            sent = word("Envoyé", "Verzonden", "Abgesandt", "Sent")
            ended = word("Reçu ou refusé", "Ontvangen of geweigerd", "Angenommen oder abgelehnt", "Received or refused")
            note = word("Remarque", "Opmerking", "Bemerkung", "Remark")
            signatures = word(
                "Signatures: remettant, recevant", "Handtekeningen: overdrager, ontvanger",
                "Unterschriften: Übergebende, Empfangende", "Signatures: giver, receiver")
            copyFor = [
                word("Exemplaire 1: remettant", "Exemplaar 1: overdrager", "Exemplar 1: Übergebende", "Copy 1: giver"),
                word("Exemplaire 2: recevant", "Exemplaar 2: ontvanger", "Exemplar 2: Empfangende", "Copy 2: receiver"),
            ]
            states = [
                word("en préparation", "in voorbereiding", "in Vorbereitung", "in preparation"),
                word("envoyé", "verzonden", "abgesandt", "sent"), word("reçu", "ontvangen", "angenommen", "received"),
                word("refusé", "geweigerd", "abgelehnt", "refused"),
            ]
            columns = [
                "#", word("Numéro", "Nummer", "Nummer", "Number"), word("Scellé", "Zegel", "Siegel", "Seal"),
                word("Description", "Omschrijving", "Beschreibung", "Description"),
                word("Entrée", "Regel", "Eintrag", "Entry"), "SHA-256",
            ]
        }
    }
}
