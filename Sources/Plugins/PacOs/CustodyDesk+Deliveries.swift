import ANPRCore

extension CustodyDesk {
    mutating func openDelivery(_ from: String, _ to: String) throws(Refusal) {
        let (from, to) = (try rules.place(from, day: day), try rules.place(to, day: day))
        guard from != to else { throw Refusal("bad_fields", "a delivery goes to another place") }
        add(.deliveryOpened(DeliveryOpened(atNs: atNs, by: by, from: from.code, to: to.code)))
        say("delivery", Delivery.name(register.deliveries.count + 1))
        say("from", from.code)
        say("to", to.code)
        say("state", DeliveryState.inPreparation.name)
    }

    /// Its row, when it may become this.
    func delivery(_ number: Int, becoming next: DeliveryState? = nil) throws(Refusal) -> Delivery {
        guard number <= register.deliveries.count else {
            throw Refusal("unknown", "there is no delivery \(Delivery.name(number))")
        }
        let delivery = register.deliveries[number - 1]
        if let next, !delivery.state.mayBecome(next) {
            throw Refusal(
                "not_in_state", "\(Delivery.name(number)) is \(delivery.state.name): it cannot be \(next.name)")
        }
        return delivery
    }

    mutating func sendDelivery(_ number: Int) throws(Refusal) {
        let delivery = try delivery(number, becoming: .sent)
        guard !delivery.pieces.isEmpty else { throw Refusal("empty", "\(Delivery.name(number)) holds no exhibit") }
        try move(number, delivery, .sent, .sent, note: "")
    }

    /// Only when each piece was scanned where it went.
    mutating func acceptDelivery(_ number: Int) throws(Refusal) {
        let delivery = try delivery(number, becoming: .received)
        let waiting = delivery.pieces.filter { register.exhibits[Int($0)].state != .arrived }
        guard waiting.isEmpty else {
            let names = waiting.prefix(10).map { register.exhibits[Int($0)].number.description }
            throw Refusal(
                "not_scanned",
                "\(waiting.count) of \(delivery.pieces.count) pieces are not scanned: "
                    + names.joined(separator: ", ") + (waiting.count > 10 ? ", ..." : ""))
        }
        try move(number, delivery, .received, .received, note: "")
    }

    mutating func refuseDelivery(_ number: Int, _ note: String) throws(Refusal) {
        try move(number, try delivery(number, becoming: .refused), .refused, .refused, note: note)
    }

    private mutating func move(
        _ number: Int, _ delivery: Delivery, _ state: DeliveryState, _ act: CustodyAct, note: String
    ) throws(Refusal) {
        for piece in delivery.pieces {
            try self.act(act, on: Int(piece), subject: Delivery.name(number), note: note, isAnswered: false)
        }
        add(
            .deliveryMoved(
                DeliveryMoved(delivery: UInt32(number), state: state, atNs: atNs, by: by, note: note)))
        say("delivery", Delivery.name(number))
        say("state", state.name)
        say("pieces", delivery.pieces.count)
    }

    // MARK: Counting a place

    mutating func startInventory(_ place: String) throws(Refusal) {
        let shelf = try rules.place(place, day: day)
        let known = register.texts.number(shelf.code)
        if let open = known.flatMap({ register.openInventory(at: $0) }) {
            throw Refusal("exists", "\(Inventory.name(open + 1)) counts that place already")
        }
        add(.inventoryStarted(place: shelf.code, atNs: atNs, by: by))
        say("inventory", Inventory.name(register.inventories.count + 1))
        say("place", shelf.code)
        say("expected", known.map { register.held(at: $0).count } ?? 0)
    }

    /// What should be there and was not scanned is missing from now on; what was scanned and should be elsewhere is
    /// noted in its chain, and stays what it is until a person moves it.
    mutating func closeInventory(_ number: Int) throws(Refusal) {
        let inventory = try openInventory(number)
        let place = register.text(inventory.place)
        let name = Inventory.name(number)
        let missing = register.held(at: inventory.place).filter {
            !inventory.holds($0) && register.exhibits[Int($0)].isThere(since: inventory.startedNs, in: register)
        }
        let unexpected = inventory.scanned.filter { !register.isHeld($0, at: inventory.place) }
        for exhibit in missing { try act(.missed, on: Int(exhibit), subject: place, note: name, isAnswered: false) }
        for exhibit in unexpected where register.exhibits[Int(exhibit)].state.after(.sighted) != nil {
            try act(.sighted, on: Int(exhibit), subject: place, note: name, isAnswered: false)
        }
        add(
            .inventoryClosed(
                inventory: UInt32(number), atNs: atNs, missing: UInt32(missing.count),
                unexpected: UInt32(unexpected.count)))
        func numbers(_ exhibits: [UInt32]) -> [String] {
            exhibits.prefix(SeizureTold.exhibitsMax).map { register.exhibits[Int($0)].number.description }
        }
        say("inventory", name)
        say("place", place)
        say("scanned", inventory.scanned.count)
        say("missing", missing.count)
        say("unexpected", unexpected.count)
        say("missing_numbers", list: numbers(missing))
        say("unexpected_numbers", list: numbers(unexpected))
    }

    func openInventory(_ number: Int) throws(Refusal) -> Inventory {
        guard number <= register.inventories.count else {
            throw Refusal("unknown", "there is no count \(Inventory.name(number))")
        }
        let inventory = register.inventories[number - 1]
        guard inventory.isOpen else { throw Refusal("not_in_state", "\(Inventory.name(number)) is closed") }
        return inventory
    }
}

extension CustodyRegister {
    func isHeld(_ exhibit: UInt32, at place: UInt32) -> Bool {
        exhibits[Int(exhibit)].state == .held && exhibits[Int(exhibit)].place == place
    }
}

extension Exhibit {
    /// Nothing was done to it after an instant: what came while a place was counted is not missed there.
    func isThere(since startNs: Nanoseconds, in register: CustodyRegister) -> Bool {
        register.entries[Int(head)].atNs <= startNs
    }
}
