import ANPRCore
import Glibc

let usage = """
    usage: anprfuzz [--count N] [--seed S] [--from I]
      --count N  frames to open (10000000)
      --seed S   frames of this seed (1)
      --from I   the first frame's number (0)
    Exit code: 0 when every frame was taken or refused with a cause, 1 otherwise, 2 for a wrong option.
    """

func wrongUsage(_ message: String) -> Never {
    complain("\(message)\n\(usage)")
    exit(2)
}

func complain(_ message: String) {
    let line = Array("anprfuzz: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

func parse() -> (count: Int, seed: UInt64, from: Int) {
    var count = 10_000_000
    var seed: UInt64 = 1
    var from = 0
    var rest = CommandLine.arguments.dropFirst()
    while let option = rest.popFirst() {
        if option == "--help" {
            print(usage)
            exit(0)
        }
        guard ["--count", "--seed", "--from"].contains(option) else { wrongUsage("unknown option '\(option)'") }
        guard let text = rest.popFirst(), let value = UInt64(text), value <= UInt64(Int.max) || option == "--seed"
        else {
            wrongUsage("\(option) needs a number")
        }
        switch option {
        case "--count": count = Int(value)
        case "--from": from = Int(value)
        default: seed = value
        }
    }
    guard count > 0, from.addingReportingOverflow(count).overflow == false else {
        wrongUsage("--count must be at least 1")
    }
    return (count, seed, from)
}

func row(_ name: String, _ value: Int) {
    let digits = String(value)
    print("  \(name)\(String(repeating: " ", count: max(1, 40 - name.count - digits.count)))\(digits)")
}

let (count, seed, from) = parse()
TrapReport.install()
var mutator = FrameMutator(seed: seed)
var fuzz = FrameFuzz()
var spoilt = [Int](repeating: 0, count: FrameMutator.Mutation.allCases.count)
let start = Clock.monotonicNs()
// What a frame comes to depends on those before it in its era.
for index in from / FrameMutator.eraFrames * FrameMutator.eraFrames..<from {
    let (mutation, bytes) = mutator.make(index)
    fuzz.open(bytes, index: index, mutation: mutation)
}
let skipped = fuzz.accepted + fuzz.refusedTotal
for index in from..<from + count {
    TrapReport.current.pointee = index
    if index % FrameMutator.eraFrames == 0 { fuzz.beginEra() }
    let (mutation, bytes) = mutator.make(index)
    spoilt[mutation.rawValue] += 1
    fuzz.open(bytes, index: index, mutation: mutation)
}
let seconds = Double(Clock.monotonicNs() - start) * 1e-9

print("\(count) frames, seed \(seed), from \(from): \(Int(Double(count) / seconds)) frames/s")
print("made by")
for mutation in FrameMutator.Mutation.allCases { row("\(mutation)", spoilt[mutation.rawValue]) }
if skipped > 0 { row("opened before, for the state they leave", skipped) }
print("came to")
row("accepted", fuzz.accepted)
for cause in FrameRefusal.allCases where fuzz.refused[Int(cause.rawValue)] > 0 {
    row(cause.name, fuzz.refused[Int(cause.rawValue)])
}
row("reads decoded", fuzz.reads)
row("of them unparseable", fuzz.unparseable)

var complaints = fuzz.complaints
if fuzz.accepted + fuzz.refusedTotal != skipped + count { complaints.append("accepted + refused is not \(count)") }
// A fuzzer that no longer gets anywhere would pass for ever: with enough frames every door must have been knocked at.
if count >= 1_000_000 {
    for cause in FrameRefusal.allCases where !cause.isOfLoad && fuzz.refused[Int(cause.rawValue)] == 0 {
        complaints.append("no frame was refused as \(cause.name)")
    }
    if fuzz.accepted < count / 10 { complaints.append("too few frames got behind the tag") }
}
guard complaints.isEmpty else {
    for complaint in complaints { complain(complaint) }
    exit(1)
}
print("every frame was taken or refused with a cause")
