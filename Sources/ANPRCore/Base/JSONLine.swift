/// Writes one JSON object a line, field by field: no dictionary, no reflection, one growing buffer that is
/// reused. For output only.
package struct JSONLine {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() { bytes.reserveCapacity(1024) }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    package mutating func begin() {
        separate()
        bytes.append(0x7b)
        needsComma = false
    }

    /// Ends an object; the outermost one with `newline`.
    package mutating func end(newline: Bool = false) {
        bytes.append(0x7d)
        needsComma = true
        if newline {
            bytes.append(0x0a)
            needsComma = false
        }
    }

    package mutating func beginArray() {
        separate()
        bytes.append(0x5b)
        needsComma = false
    }

    package mutating func endArray() {
        bytes.append(0x5d)
        needsComma = true
    }

    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(0x22)
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(0x22)
        bytes.append(0x3a)
        needsComma = false
    }

    package mutating func key(named name: String) {
        value(name)
        bytes.append(0x3a)
        needsComma = false
    }

    package mutating func field(_ name: StaticString, _ text: String) {
        key(name)
        value(text)
    }
    package mutating func field(_ name: StaticString, _ number: some BinaryInteger) {
        key(name)
        value(number)
    }
    package mutating func field(_ name: StaticString, _ truth: Bool) {
        key(name)
        value(truth)
    }
    package mutating func field(_ name: StaticString, milli: some BinaryInteger) {
        key(name)
        value(milli: milli)
    }

    package mutating func field(_ name: StaticString, list: [String]) {
        key(name)
        beginArray()
        for text in list { value(text) }
        endArray()
    }

    /// A value that is JSON already.
    package mutating func value(raw: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: raw)
        needsComma = true
    }

    package mutating func value(_ value: JSON5Value) {
        switch value.kind {
        case .null: self.value(raw: Array("null".utf8))
        case .boolean(let truth): self.value(truth)
        case .number(let text, _): self.value(raw: Array(text.utf8))
        case .string(let text): self.value(text)
        case .array(let values):
            beginArray()
            for one in values { self.value(one) }
            endArray()
        case .object(let members):
            begin()
            for member in members {
                key(named: member.name)
                self.value(member.value)
            }
            end()
        }
    }

    package mutating func value(_ number: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
        needsComma = true
    }
    package mutating func value(_ truth: Bool) {
        separate()
        bytes.append(contentsOf: (truth ? "true" : "false").utf8)
        needsComma = true
    }
    /// A number of thousandths, as a decimal: 128714 is written 128.714.
    package mutating func value(milli: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: Decimal3.text(Int(milli)).utf8)
        needsComma = true
    }
    package mutating func value(_ text: String) {
        separate()
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5c:
                bytes.append(0x5c)
                bytes.append(byte)
            case 0x0a: bytes.append(contentsOf: [0x5c, 0x6e])
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: [0x5c, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2c) }
        needsComma = false
    }

    package var string: String { String(decoding: bytes, as: UTF8.self) }
}

/// Thousandths as decimal text, exactly.
package enum Decimal3 {
    package static func text(_ milli: Int) -> String {
        let sign = milli < 0 ? "-" : ""
        let rest = String(milli.magnitude % 1000)
        return "\(sign)\(milli.magnitude / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }
}
