"""Invented persons under conditions, their plates, and the conditions."""

import math

from .geography import PLACES
from .output import table
from .plates import Plates
from .splitmix import SplitMix64

FIRST = ["Alva", "Bo", "Cleo", "Dani", "Eloi", "Fenn", "Gwen", "Hilde", "Ivo", "Jule"]
LAST = ["Voorbeeld", "Exemple", "Beispiel", "Verzonnen"]
REMARK = "Invented by seeds/generate.py: neither the persons nor their plates nor the conditions exist."
HOURS = ["22:00-06:00", "20:00-07:00", "00:00-05:00", "18:00-08:00"]
REASONS = {
    "no_driving": "driving ban", "forbidden_cameras": "keeps away from these roads",
    "forbidden_area": "keeps away from this area", "curfew": "stays at home at night",
}


def persons(random):
    plates = Plates(SplitMix64(random.next()))
    out = []
    for number in range(40):
        marks = [plates.fresh()[0]]
        if number % 5 == 1:
            marks.append(plates.fresh()[0])
        if number % 8 == 3:  # a plate that was given back, and the next one
            marks = [marks[0] + "@2025-01-01/2026-04-01", plates.fresh()[0] + "@2026-04-01/"]
        name = f"{FIRST[number % 10]} {LAST[number // 10]} (invented)"
        out.append((f"P{number + 1:03d}", name, " ".join(marks)))
    return out


def area(random):
    """A polygon of five or six corners round a town."""
    x, y = PLACES[random.pick(sorted(PLACES))]
    corners = random.between(5, 6)
    points = []
    for i in range(corners):
        angle, radius = 2 * math.pi * i / corners, random.between(3000, 9000)
        points.append((max(0, round(x * 1000 + radius * math.cos(angle))), round(y * 1000 + radius * math.sin(angle))))
    return "; ".join(f"{px} {py}" for px, py in points)


def generate(seed, sites):
    random = SplitMix64(seed)
    people = persons(random)
    table(
        "psc/persons.csv",
        [REMARK, "plates: separated by blanks; 1ABC234@2026-01-01/2026-04-01 is the person's from the first day up to",
         "the last (exclusive); either day may be left out."],
        ["person", "name", "plates"], people)
    kinds = ["no_driving"] * 14 + ["forbidden_cameras"] * 16 + ["forbidden_area"] * 16 + ["curfew"] * 14
    rows = []
    for number, kind in enumerate(random.shuffled(kinds)):
        person = people[number % 40][0]
        ended = number % 15 == 14
        cameras = ""
        if kind == "forbidden_cameras":
            chosen = sorted(random.below(len(sites)) for _ in range(random.between(3, 8)))
            cameras = " ".join(str(camera) for site in sorted(set(chosen)) for camera in sites[site].cameras)
        hours = random.pick(HOURS) if kind == "curfew" or (kind == "no_driving" and random.chance(1, 3)) else ""
        rows.append((
            f"C{number + 1:03d}", person, kind, "2025-02-01" if ended else f"2025-{random.between(3, 12):02d}-01",
            "2026-01-01" if ended else f"2028-{random.between(1, 12):02d}-01", hours, cameras,
            area(random) if kind == "forbidden_area" else "", random.between(5, 40), REASONS[kind]))
    table(
        "psc/conditions.csv",
        [REMARK, "hours: local time; from > to goes past midnight; empty: at any hour. area: corners x y in metres, of the",
         "plane of network/cameras.csv. valid_to is exclusive."],
        ["condition", "person", "kind", "valid_from", "valid_to", "hours", "cameras", "area", "priority", "reason"],
        rows)
