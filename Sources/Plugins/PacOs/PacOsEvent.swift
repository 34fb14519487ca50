import ANPRCore

struct DraftOpened: Equatable {
    let capturedNs: Nanoseconds
    /// One draft for each plate, list, case and local day, in whatever order the hits come.
    let key: String
    let hit: String
    let plate: String
    let camera: String
    let list: String
    let caseNumber: String
    let reason: String
}

struct SeizureOpened: Equatable {
    let atNs: Nanoseconds
    let seizedNs: Nanoseconds
    let name: String
    let pv: String
    let place: String
    let by: String
    let draft: UInt32
    let service: Service
    let isLoaded: Bool
}

struct ExhibitRegistered: Equatable {
    let number: ExhibitNumber
    /// From 1.
    let seizure: UInt32
    let kind: ExhibitKind
    /// The first serial number that is free from then on; 0: the number was not given out here.
    let nextSerial: UInt64
    let description: String
    let seal: String
    let place: String
    let entry: ChainedAct
}

/// An entry of a chain, as it is written down. Its hash was made when it was decided and is never made again: what does
/// not fit it any more was changed.
struct ChainedAct: Equatable {
    let number: ExhibitNumber
    let act: CustodyAct
    let atNs: Nanoseconds
    let by: String
    let subject: String
    let note: String
    let digest: Digest
}

struct DeliveryOpened: Equatable {
    let atNs: Nanoseconds
    let by: String
    let from: String
    let to: String
}

struct DeliveryMoved: Equatable {
    let delivery: UInt32
    let state: DeliveryState
    let atNs: Nanoseconds
    let by: String
    let note: String
}

/// For undo: what a person scanned last.
struct ScanMark: Equatable, BitwiseCopyable {
    let by: UInt32
    let at: UInt32
    let exhibit: UInt32
    /// The exhibit's entries after the scan: more by now means that it cannot be taken back.
    let entryCount: UInt32
    /// Where the exhibit was.
    let formerPlace: UInt32
    let purposeCode: UInt32
}

/// The events of the ledger. A number is never used for another layout.
enum PacOsEvent: Equatable {
    case acted(ChainedAct)
    case registered(ExhibitRegistered)
    case draftOpened(DraftOpened)
    case draftDropped(draft: UInt32, by: String, note: String)
    case seizureOpened(SeizureOpened)
    case seizureClosed(UInt32)
    case deliveryOpened(DeliveryOpened)
    case deliveryMoved(DeliveryMoved)
    case inventoryStarted(place: String, atNs: Nanoseconds, by: String)
    case inventoryMarked(inventory: UInt32, exhibit: UInt32, isScanned: Bool)
    case inventoryClosed(inventory: UInt32, atNs: Nanoseconds, missing: UInt32, unexpected: UInt32)
    case scanNoted(number: ExhibitNumber, purpose: UInt8, by: String, at: String, formerPlace: String)
    case scanForgotten(purpose: UInt8, by: String, at: String)

    var kind: UInt16 {
        switch self {
        case .acted: 1
        case .registered: 2
        case .draftOpened: 3
        case .draftDropped: 4
        case .seizureOpened: 5
        case .seizureClosed: 6
        case .deliveryOpened: 7
        case .deliveryMoved: 8
        case .inventoryStarted: 9
        case .inventoryMarked: 10
        case .inventoryClosed: 11
        case .scanNoted: 12
        case .scanForgotten: 13
        }
    }

    func write(into bytes: inout [UInt8]) {
        switch self {
        case .acted(let act): act.write(into: &bytes)
        case .registered(let new): new.write(into: &bytes)
        case .draftOpened(let draft):
            bytes.append(number: draft.capturedNs)
            bytes.append(texts: [
                draft.key, draft.hit, draft.plate, draft.camera, draft.list, draft.caseNumber, draft.reason,
            ])
        case .draftDropped(let draft, let by, let note):
            bytes.append(number: draft)
            bytes.append(texts: [by, note])
        case .seizureOpened(let new): new.write(into: &bytes)
        case .seizureClosed(let seizure): bytes.append(number: seizure)
        case .deliveryOpened(let new):
            bytes.append(number: new.atNs)
            bytes.append(texts: [new.by, new.from, new.to])
        case .deliveryMoved(let moved):
            bytes.append(number: moved.delivery)
            bytes.append(number: moved.state.rawValue)
            bytes.append(number: moved.atNs)
            bytes.append(texts: [moved.by, moved.note])
        case .inventoryStarted(let place, let atNs, let by):
            bytes.append(number: atNs)
            bytes.append(texts: [place, by])
        case .inventoryMarked(let inventory, let exhibit, let isScanned):
            bytes.append(number: inventory)
            bytes.append(number: exhibit)
            bytes.append(number: UInt8(isScanned ? 1 : 0))
        case .inventoryClosed(let inventory, let atNs, let missing, let unexpected):
            bytes.append(number: inventory)
            bytes.append(number: atNs)
            bytes.append(number: missing)
            bytes.append(number: unexpected)
        case .scanNoted(let number, let purpose, let by, let at, let formerPlace):
            number.write(into: &bytes)
            bytes.append(number: purpose)
            bytes.append(texts: [by, at, formerPlace])
        case .scanForgotten(let purpose, let by, let at):
            bytes.append(number: purpose)
            bytes.append(texts: [by, at])
        }
    }

    /// Nil when the event is none of PacOs's.
    init?(_ event: LedgerEvent) {
        var reader = ByteReader(event.payload)
        guard let read = Self.read(event.kind, &reader), reader.isAtEnd else { return nil }
        self = read
    }

    private static func read(_ kind: UInt16, _ reader: inout ByteReader) -> PacOsEvent? {
        switch kind {
        case 1: return ChainedAct(&reader).map { .acted($0) }
        case 2: return ExhibitRegistered(&reader).map { .registered($0) }
        case 3: return DraftOpened(&reader).map { .draftOpened($0) }
        case 4:
            guard let draft = reader.number(UInt32.self), let texts = reader.texts(2) else { return nil }
            return .draftDropped(draft: draft, by: texts[0], note: texts[1])
        case 5: return SeizureOpened(&reader).map { .seizureOpened($0) }
        case 6: return reader.number(UInt32.self).map { .seizureClosed($0) }
        case 7:
            guard let atNs = reader.number(Nanoseconds.self), let texts = reader.texts(3) else { return nil }
            return .deliveryOpened(DeliveryOpened(atNs: atNs, by: texts[0], from: texts[1], to: texts[2]))
        case 8: return DeliveryMoved(&reader).map { .deliveryMoved($0) }
        case 9:
            guard let atNs = reader.number(Nanoseconds.self), let texts = reader.texts(2) else { return nil }
            return .inventoryStarted(place: texts[0], atNs: atNs, by: texts[1])
        default: return readLater(kind, &reader)
        }
    }

    private static func readLater(_ kind: UInt16, _ reader: inout ByteReader) -> PacOsEvent? {
        switch kind {
        case 10:
            guard let inventory = reader.number(UInt32.self), let exhibit = reader.number(UInt32.self),
                let isScanned = reader.number(UInt8.self), isScanned < 2
            else { return nil }
            return .inventoryMarked(inventory: inventory, exhibit: exhibit, isScanned: isScanned == 1)
        case 11:
            guard let inventory = reader.number(UInt32.self), let atNs = reader.number(Nanoseconds.self),
                let missing = reader.number(UInt32.self), let unexpected = reader.number(UInt32.self)
            else { return nil }
            return .inventoryClosed(inventory: inventory, atNs: atNs, missing: missing, unexpected: unexpected)
        case 12:
            guard let number = ExhibitNumber(&reader), let purpose = reader.number(UInt8.self),
                let texts = reader.texts(3)
            else { return nil }
            return .scanNoted(number: number, purpose: purpose, by: texts[0], at: texts[1], formerPlace: texts[2])
        case 13:
            guard let purpose = reader.number(UInt8.self), let texts = reader.texts(2) else { return nil }
            return .scanForgotten(purpose: purpose, by: texts[0], at: texts[1])
        default: return nil
        }
    }
}

extension ChainedAct {
    func write(into bytes: inout [UInt8]) {
        number.write(into: &bytes)
        bytes.append(number: act.rawValue)
        bytes.append(number: atNs)
        bytes.append(texts: [by, subject, note])
        digest.append(to: &bytes)
    }

    init?(_ reader: inout ByteReader) {
        guard let number = ExhibitNumber(&reader),
            let act = reader.number(UInt8.self).flatMap(CustodyAct.init(rawValue:)),
            let atNs = reader.number(Nanoseconds.self), let texts = reader.texts(3), let digest = reader.run(32)
        else { return nil }
        self.init(
            number: number, act: act, atNs: atNs, by: texts[0], subject: texts[1], note: texts[2],
            digest: Digest(digest))
    }
}

extension ExhibitRegistered {
    func write(into bytes: inout [UInt8]) {
        number.write(into: &bytes)
        bytes.append(number: seizure)
        bytes.append(number: kind.rawValue)
        bytes.append(number: nextSerial)
        bytes.append(texts: [description, seal, place])
        entry.write(into: &bytes)
    }

    init?(_ reader: inout ByteReader) {
        guard let number = ExhibitNumber(&reader), let seizure = reader.number(UInt32.self),
            let kind = reader.number(UInt8.self).flatMap(ExhibitKind.init(rawValue:)),
            let nextSerial = reader.number(UInt64.self), let texts = reader.texts(3), let entry = ChainedAct(&reader)
        else { return nil }
        self.init(
            number: number, seizure: seizure, kind: kind, nextSerial: nextSerial, description: texts[0],
            seal: texts[1], place: texts[2], entry: entry)
    }
}

extension DraftOpened {
    init?(_ reader: inout ByteReader) {
        guard let capturedNs = reader.number(Nanoseconds.self), let texts = reader.texts(7) else { return nil }
        self.init(
            capturedNs: capturedNs, key: texts[0], hit: texts[1], plate: texts[2], camera: texts[3], list: texts[4],
            caseNumber: texts[5], reason: texts[6])
    }
}

extension SeizureOpened {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: atNs)
        bytes.append(number: seizedNs)
        bytes.append(texts: [name, pv, place, by])
        bytes.append(number: draft)
        bytes.append(number: service.rawValue)
        bytes.append(number: UInt8(isLoaded ? 1 : 0))
    }

    init?(_ reader: inout ByteReader) {
        guard let atNs = reader.number(Nanoseconds.self), let seizedNs = reader.number(Nanoseconds.self),
            let texts = reader.texts(4), let draft = reader.number(UInt32.self),
            let service = reader.number(UInt8.self).flatMap(Service.init(rawValue:)),
            let isLoaded = reader.number(UInt8.self), isLoaded < 2
        else { return nil }
        self.init(
            atNs: atNs, seizedNs: seizedNs, name: texts[0], pv: texts[1], place: texts[2], by: texts[3], draft: draft,
            service: service, isLoaded: isLoaded == 1)
    }
}

extension DeliveryMoved {
    init?(_ reader: inout ByteReader) {
        guard let delivery = reader.number(UInt32.self),
            let state = reader.number(UInt8.self).flatMap(DeliveryState.init(rawValue:)),
            let atNs = reader.number(Nanoseconds.self), let texts = reader.texts(2)
        else { return nil }
        self.init(delivery: delivery, state: state, atNs: atNs, by: texts[0], note: texts[1])
    }
}
