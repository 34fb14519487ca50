import ANPRCore

/// A scanner that types: a code, an answer at once, and `UNDO`.
extension CustodyDesk {
    mutating func scan(_ purpose: ScanPurpose, _ at: String, _ code: [UInt8]) throws(Refusal) {
        let exhibit = try exhibit(code)
        let row = register.exhibits[exhibit]
        switch purpose {
        case .look:
            say("number", row.number.description)
            say("state", row.state.name)
            say("place", register.text(row.place))
            say("kind", "\(row.kind)")
            say("description", register.text(row.description))
            return
        case .pack: try pack(exhibit, try rowNumber(at, "DV-"), at)
        case .arrive: try arrive(exhibit, try rowNumber(at, "DV-"), at)
        case .place:
            let shelf = try rules.place(at, day: day)
            if row.state == .held, register.text(row.place) == at { throw already(row, "on \(at)") }
            try act(.placed, on: exhibit, subject: shelf.code)
            say("place", shelf.code)
        case .shelf: try mark(exhibit, try rowNumber(at, "IV-"), at)
        }
        add(
            .scanNoted(
                number: row.number, purpose: purpose.rawValue, by: by, at: at,
                formerPlace: row.state == .held ? register.text(row.place) : ""))
    }

    private func rowNumber(_ name: String, _ prefix: String) throws(Refusal) -> Int {
        guard let number = RowName.number(name, prefix) else {
            throw Refusal("bad_fields", "'at' must be such as \(prefix)12, not '\(name)'")
        }
        return number
    }

    private func already(_ row: Exhibit, _ what: String) -> Refusal {
        Refusal("already", "\(row.number) is \(what) already")
    }

    private mutating func pack(_ exhibit: Int, _ number: Int, _ at: String) throws(Refusal) {
        let delivery = try delivery(number)
        let row = register.exhibits[exhibit]
        guard delivery.state == .inPreparation else {
            throw Refusal("not_in_state", "\(at) is \(delivery.state.name): nothing more is packed")
        }
        if Int(row.delivery) == number { throw already(row, "in \(at)") }
        guard register.seizures[Int(row.seizure)].isClosed else {
            throw Refusal("not_in_state", "the seizure of \(row.number) is still open: close it first")
        }
        guard row.state == .held, row.place == delivery.from else {
            throw Refusal(
                "elsewhere",
                "\(row.number) is \(row.state.name), \(register.text(row.place)), not held on "
                    + register.text(delivery.from))
        }
        guard delivery.pieces.count < Delivery.piecesMax else {
            throw Refusal("full", "\(at) holds \(Delivery.piecesMax) exhibits, as many as it may")
        }
        try act(.packed, on: exhibit, subject: at)
        say("delivery", at)
        say("pieces", delivery.pieces.count + 1)
    }

    private mutating func arrive(_ exhibit: Int, _ number: Int, _ at: String) throws(Refusal) {
        let delivery = try delivery(number)
        let row = register.exhibits[exhibit]
        guard delivery.state == .sent else {
            throw Refusal("not_in_state", "\(at) is \(delivery.state.name): nothing of it arrives")
        }
        guard Int(row.delivery) == number else { throw Refusal("unexpected", "\(row.number) is not in \(at)") }
        if row.state == .arrived { throw already(row, "scanned") }
        try act(.scanned, on: exhibit, subject: at)
        let scanned = delivery.pieces.count { register.exhibits[Int($0)].state == .arrived } + 1
        say("delivery", at)
        say("scanned", scanned)
        say("left", delivery.pieces.count - scanned)
    }

    private mutating func mark(_ exhibit: Int, _ number: Int, _ at: String) throws(Refusal) {
        let inventory = try openInventory(number)
        let row = register.exhibits[exhibit]
        if inventory.holds(UInt32(exhibit)) { throw already(row, "counted") }
        add(.inventoryMarked(inventory: UInt32(number), exhibit: UInt32(exhibit), isScanned: true))
        let isExpected = register.isHeld(UInt32(exhibit), at: inventory.place)
        say("number", row.number.description)
        say("did", isExpected ? "counted" : "unexpected")
        say("state", row.state.name)
        say("place", register.text(row.place))
        say("inventory", at)
        say("scanned", inventory.scanned.count + 1)
    }

    /// Takes the last scan of this person for this purpose back, unless something happened to the exhibit since.
    mutating func undoScan(_ purpose: ScanPurpose, _ at: String) throws(Refusal) {
        guard let at0 = register.lastScan(by: by, purpose: purpose.rawValue, at: at) else {
            throw Refusal("nothing", "there is no scan to take back")
        }
        let scan = register.scans[at0]
        let exhibit = Int(scan.exhibit)
        let row = register.exhibits[exhibit]
        guard row.entryCount == scan.entryCount else {
            throw Refusal("not_in_state", "something happened to \(row.number) after that scan")
        }
        switch purpose {
        case .look: break
        case .pack:
            guard try delivery(try rowNumber(at, "DV-")).state == .inPreparation else {
                throw Refusal("not_in_state", "\(at) has left")
            }
            try act(.unpacked, on: exhibit, subject: at, note: "undo")
        case .arrive: try act(.unscanned, on: exhibit, subject: at, note: "undo")
        case .place:
            let former = register.text(scan.formerPlace)
            guard !former.isEmpty else {
                throw Refusal("not_in_state", "\(row.number) was on no place before: say where it goes")
            }
            try act(.placed, on: exhibit, subject: former, note: "undo")
            say("place", former)
        case .shelf:
            let number = try rowNumber(at, "IV-")
            _ = try openInventory(number)
            add(.inventoryMarked(inventory: UInt32(number), exhibit: UInt32(exhibit), isScanned: false))
            say("number", row.number.description)
            say("did", "uncounted")
        }
        add(.scanForgotten(purpose: purpose.rawValue, by: by, at: at))
    }
}
