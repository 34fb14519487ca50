"""The invented blacklists. Dates, actions and priorities are what such lists hold; every plate is made up."""

from .output import table
from .plates import Plates, written
from .splitmix import SplitMix64

HEADER = ["plate", "country", "reason", "case", "priority", "valid_from", "valid_to", "action", "audience", "covert"]
REMARK = "Invented by seeds/generate.py: plates, reasons and cases are made up. A likeness to a real plate is chance."

# List, entries, reasons, case prefix, priorities, actions, audiences, covert entries in a hundred.
LISTS = [
    ("stolen", 3000, ["stolen vehicle", "stolen plate", "carjacking"], "INV-S", (20, 40), ["seize", "intercept"],
     ["dispatch"], 0),
    ("wanted", 600, ["wanted person", "missing person", "organised theft", "fugitive"], "INV-W", (0, 15),
     ["intercept", "observe"], ["dispatch", "investigation"], 35),
    ("insurance", 8000, ["no insurance"], "INV-I", (60, 70), ["check"], ["field"], 0),
    ("inspection", 4000, ["inspection overdue", "inspection failed"], "INV-T", (75, 90), ["check"], ["field"], 0),
]

PATTERNS = [
    ("1QZK?97", "BE"), ("2XV?4?1", "BE"), ("1KQX*", "BE"), ("*ZZQ13", ""), ("9WJX??4", "BE"), ("XQ?71??", ""),
    ("QYX*9", "BE"), ("?ZXQ*", ""), ("2WQY?0*", "BE"), ("FX777??", "FR"), ("GQ*77Z", "FR"), ("KX?XZ77?", "DE"),
    ("TRXQ*", "DE"), ("XZ??0Z", "NL"), ("9XXZ?9", "NL"), ("ZX00*", "LU"), ("?QXJ11?", "BE"), ("1XJW22*", "BE"),
    ("BX6?QZZ", "GB"), ("8QJ*7?", "BE"),
]


def validity(random):
    """Most are in force all through 2026 and 2027; some ended before, some start after."""
    kind = random.below(100)
    if kind < 3:
        return f"20{random.between(20, 23)}-{random.between(1, 12):02d}-01", f"2025-{random.between(1, 12):02d}-15"
    if kind < 5:
        return f"2028-{random.between(1, 12):02d}-01", ""
    start = f"202{random.between(3, 5)}-{random.between(1, 12):02d}-{random.between(1, 28):02d}"
    return start, "" if kind < 70 else f"20{random.between(28, 30)}-{random.between(1, 12):02d}-01"


def rows(random, plates, shared, plan):
    name, count, reasons, prefix, (highest, lowest), actions, audiences, covert = plan
    out, here = [], set()
    for number in range(1, count + 1):
        # Some vehicles stand on several lists, so that one hit has several sources.
        known = shared[random.below(len(shared))] if shared and random.chance(1, 40) else None
        text, country = known if known and known not in here else plates.fresh()
        here.add((text, country))
        since, until = validity(random)
        out.append((
            written(random, country, text), country if random.chance(9, 10) else "", random.pick(reasons),
            f"{prefix}{number:05d}", random.between(highest, lowest), since, until, random.pick(actions),
            random.pick(audiences), "yes" if random.below(100) < covert else "no"))
    return out, sorted(here)


def generate(seed):
    random = SplitMix64(seed)
    plates = Plates(SplitMix64(random.next()))
    shared = []
    for plan in LISTS:
        listed, here = rows(random, plates, shared, plan)
        shared += here
        table(f"blacklists/{plan[0]}.csv", [REMARK], HEADER, listed)
    patterns = []
    for number, (pattern, country) in enumerate(PATTERNS, 1):
        since, until = ("2024-01-01", "2025-06-01") if number == 20 else ("2025-01-01", "")
        patterns.append((
            pattern, country, "partly seen plate", f"INV-P{number:05d}", random.between(10, 50), since, until,
            "observe", "investigation", "yes" if number % 4 == 0 else "no"))
    table("blacklists/patterns.csv", [REMARK, "?: one character; *: any run, also none."], HEADER, patterns)
    table(
        "blacklists/lists.csv", ["The lists of the demo; file is beside this one. Owners are invented."],
        ["list", "file", "tolerance", "owner", "purpose"],
        [("stolen", "stolen.csv", "strict", "vehicle crime desk", "find stolen vehicles and plates"),
         ("wanted", "wanted.csv", "balanced", "fugitives desk", "find wanted and missing persons"),
         ("insurance", "insurance.csv", "exact", "guarantee fund", "uninsured vehicles"),
         ("inspection", "inspection.csv", "exact", "inspection service", "vehicles without a valid inspection"),
         ("patterns", "patterns.csv", "exact", "investigation desk", "plates seen in part")])
