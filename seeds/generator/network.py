"""The invented road network: sites, cameras, links and sections.

1. Each road between two towns is a leg in each direction; sites stand along a leg at cut distances, so
   that a link's length is a difference of distances along the road, in whole metres.
2. Rings join the legs of the largest towns; every other town has a gate in, inner sites and a gate out.
3. Sections are links (or two chained links) between whose ends no other way exists: along a leg a vehicle
   that passed the entry can only drive on to the exit.
"""

import math

from .geography import MOTORWAYS, PLACES, REAL_SECTIONS, REGIONALS, RINGS
from .output import table
from .splitmix import SplitMix64

CAMERAS = 1531
SECTIONS = 280
NESTED = 22
EXPIRED = 3
WIDTH_M, HEIGHT_M = 280_000, 180_000
RING_RADIUS_KM = {town: radius for _, town, radius, _, _, _ in RINGS}

# Sections by kind of link; with the ten real ones and the nested ones they make up SECTIONS.
QUOTA = {"motorway": 118, "regional": 88, "town": 32, "ring": 10}


class Site:
    def __init__(self, name, lanes, x, y, road, kind):
        self.name, self.lanes, self.x, self.y, self.road, self.kind = name, lanes, x, y, road, kind
        self.cameras = []


class Link:
    def __init__(self, origin, target, length, limit, road, zone, kind, place):
        assert length > 0
        self.origin, self.target, self.length, self.limit = origin, target, length, limit
        self.road, self.zone, self.kind, self.place = road, zone, kind, place


class Network:
    def __init__(self, seed):
        self.random = SplitMix64(seed)
        self.sites, self.links = [], []
        self.legs = []  # lists of links that follow each other along one leg
        self.arrivals = {}  # town -> last sites of the legs that arrive
        self.departures = {}
        self.real = {}  # index in REAL_SECTIONS -> link
        self.numbers = {}  # road and direction -> sites so far
        self.ring_free = []
        self.rings = {}

    def site(self, road, direction, lanes, x, y, kind):
        key = f"{road}-{direction}"
        self.numbers[key] = self.numbers.get(key, 0) + 1
        site = Site(f"{key}-{self.numbers[key]:03d}", lanes, x, y, road, kind)
        self.sites.append(site)
        return site

    def link(self, origin, target, length, limit, road, zone, kind, place):
        link = Link(origin, target, length, limit, road, zone, kind, place)
        self.links.append(link)
        return link

    # Legs.

    def cuts(self, length, head, tail, kind, forced):
        """Whole metres between the sites of a leg; `forced` stands first when it is given.

        Motorways are cut into like pieces; on regional roads short stretches and long free ones take turns.
        """
        room = length - head - tail - (forced or 0)
        if room < 1200:
            return [forced] if forced else [max(600, length - head - tail)]
        count = max(1, round(room / (11_500 if kind == "motorway" else 10_000)))
        weights = [self.random.between(40, 160) for _ in range(count)]
        if kind == "regional" and count > 1:
            first = self.random.below(2)
            weights = [w if i % 2 == first else w // 3 for i, w in enumerate(weights)]
        pieces = [max(510, room * weight // sum(weights)) for weight in weights]
        return ([forced] if forced else []) + pieces

    def leg(self, road, direction, lanes, limit, origin, target, kind):
        ox, oy = PLACES[origin]
        tx, ty = PLACES[target]
        straight = math.hypot(tx - ox, ty - oy) * 1000
        forced = next((i for i, real in enumerate(REAL_SECTIONS) if real[:3] == (road, origin, target)), None)
        length = int(straight * 1.12)
        head, tail = self.gap(origin, length), self.gap(target, length)
        pieces = self.cuts(
            length, head, tail, kind, None if forced is None else REAL_SECTIONS[forced][4])
        nx, ny = -(ty - oy) * 1000 / straight, (tx - ox) * 1000 / straight  # the carriageway's side
        at, before, chain = head, None, []
        for i in range(len(pieces) + 1):
            share = min(at / length, 1.0)
            x = (ox + (tx - ox) * share) * 1000 - nx * 18
            y = (oy + (ty - oy) * share) * 1000 - ny * 18
            site = self.site(road, direction, lanes, x, y, kind)
            if before is not None:
                place = f"between {origin} and {target}"
                chain.append(self.link(before, site, pieces[i - 1], limit, road, "elsewhere", kind, place))
            else:
                self.departures.setdefault(origin, []).append((target, site, head, kind))
            before = site
            at += pieces[i] if i < len(pieces) else 0
        self.arrivals.setdefault(target, []).append((origin, before, max(150, length - at), kind))
        self.legs.append(chain)
        if forced is not None:
            self.real[forced] = chain[0]

    def gap(self, town, length):
        if town in RING_RADIUS_KM:
            return RING_RADIUS_KM[town] * 1000 + 700
        return 300 if length < 8000 else self.random.between(700, 1600)

    def roads(self):
        for kind, roads in (("motorway", MOTORWAYS), ("regional", REGIONALS)):
            for road, lanes, limit, towns in roads:
                for direction, order in (("A", towns), ("B", towns[::-1])):
                    for origin, target in zip(order, order[1:]):
                        self.leg(road, direction, lanes, limit, origin, target, kind)

    # Rings.

    def ring(self, road, town, radius, count, lanes, limit):
        cx, cy = PLACES[town]
        circles = {}
        for direction, offset in (("A", 15), ("B", -15)):
            circles[direction] = [
                self.site(
                    road, direction, lanes,
                    cx * 1000 + (radius * 1000 + offset) * math.cos(2 * math.pi * k / count),
                    cy * 1000 + (radius * 1000 + offset) * math.sin(2 * math.pi * k / count), "ring")
                for k in range(count)]
        arc = int(2 * math.pi * radius * 1000 / count)
        joined = set()
        for neighbour, site, _, kind in self.departures[town]:
            slot = self.slot(town, neighbour, count)
            joined.add(slot)
            for origin in (circles["A"][slot], circles["B"][(slot + 1) % count]):
                ramp = 90 if kind == "motorway" else 70
                self.link(origin, site, arc // 2 + 700, ramp, site.road, "elsewhere", "ramp", town)
        for neighbour, site, _, kind in self.arrivals[town]:
            slot = self.slot(town, neighbour, count)
            joined.add(slot)
            for target in (circles["A"][(slot + 1) % count], circles["B"][slot]):
                ramp = 90 if kind == "motorway" else 70
                self.link(site, target, arc // 2 + 700, ramp, road, "elsewhere", "ramp", town)
        centre = next(k for k in range(count) if k not in joined)
        joined.add(centre)
        self.rings[town] = (circles, centre, count)
        for k in range(count):
            n = (k + 1) % count
            length = arc + self.random.between(-40, 40)
            for origin, target in ((circles["A"][k], circles["A"][n]), (circles["B"][n], circles["B"][k])):
                link = self.link(origin, target, length, limit, road, "elsewhere", "ring", f"ring of {town}")
                if k not in joined:
                    self.ring_free.append(link)

    @staticmethod
    def slot(town, neighbour, count):
        """Between which two detection sites of the ring the road to a neighbour joins."""
        (cx, cy), (x, y) = PLACES[town], PLACES[neighbour]
        angle = math.atan2(y - cy, x - cx) % (2 * math.pi)
        return int(angle / (2 * math.pi) * count) % count

    # Towns.

    def town(self, town, inner):
        """Gate in, inner sites, gate out: the way into a town, through it and back to any of its roads."""
        cx, cy = PLACES[town]
        zones = [("built_up", 50), ("zone_30", 30), ("school", 30), ("residential", 30), ("meeting", 20)]
        chain = []
        for i in range(inner + 2):
            angle = 2 * math.pi * (i + 1) / (inner + 3)
            site = self.site(
                town.upper(), "G", 1, cx * 1000 + 420 * math.cos(angle), cy * 1000 + 420 * math.sin(angle), "town")
            if chain:
                zone, limit = self.random.pick(zones) if i > 1 else zones[self.random.below(2)]
                self.link(
                    chain[-1], site, self.random.between(505, 1450), limit, town, zone, "town", f"{town} town")
            chain.append(site)
        self.join(town, chain[0], chain[-1])

    def join(self, town, gate_in, gate_out):
        if town in self.rings:
            circles, slot, count = self.rings[town]
            after = (slot + 1) % count
            for site in (circles["A"][slot], circles["B"][after]):
                self.link(site, gate_in, 4200, 50, town, "built_up", "ramp", town)
            for site in (circles["A"][after], circles["B"][slot]):
                self.link(gate_out, site, 4400, 50, town, "built_up", "ramp", town)
            return
        for origin, site, tail, kind in self.arrivals[town]:
            self.link(site, gate_in, tail, 50, town, "built_up", "ramp", town)
            for target, out, head, next_kind in self.departures[town]:
                if target != origin:
                    fast = kind == next_kind == "motorway"
                    self.link(
                        site, out, tail + head, 90 if fast else 50, out.road, "elsewhere" if fast else "built_up",
                        "ramp", town)
        for _, out, head, _ in self.departures[town]:
            self.link(gate_out, out, head, 50, out.road, "built_up", "ramp", town)

    def build(self):
        self.roads()
        for ring in RINGS:
            self.ring(*ring)
        towns = sorted(PLACES)
        used = sum(site.lanes for site in self.sites) + 2 * len(towns)
        inner = CAMERAS - used
        assert inner >= 0, f"{used} cameras before the inner sites"
        for i, town in enumerate(towns):
            self.town(town, inner // len(towns) + (1 if i < inner % len(towns) else 0))
        number = 0
        for site in self.sites:
            for _ in range(site.lanes):
                number += 1
                site.cameras.append(number)
        assert number == CAMERAS
        return self


class Section:
    def __init__(self, links, place):
        self.links, self.place = links, place
        self.entry, self.exit = links[0].origin, links[-1].target
        self.length = sum(link.length for link in links)
        self.limit, self.zone, self.road = links[0].limit, links[0].zone, links[0].road


def chosen(network, random):
    """Which links are sections: the real ones, chains along legs, town and ring links, then nested ones."""
    real = [network.real[i] for i in range(len(REAL_SECTIONS))]
    picked = {"motorway": [], "regional": [], "town": [], "ring": []}
    fits = {"motorway": (1500, 20000), "regional": (800, 12000)}
    for leg in random.shuffled(network.legs):
        kind = leg[0].kind
        low, high = fits[kind]
        run = 0
        for link in leg:
            if link in real or not low <= link.length <= high or len(picked[kind]) == QUOTA[kind]:
                run = 0
            elif run > 0 or random.chance(2, 3):
                picked[kind].append(link)
                run = (run + 1) % 5  # at most five chained sections, then a free stretch
    for kind, links in (("town", [l for l in network.links if l.kind == "town"]), ("ring", network.ring_free)):
        picked[kind] = random.shuffled(links)[:QUOTA[kind]]
    single = {link for links in picked.values() for link in links}
    order = [link for link in network.links if link in single]
    pairs = [
        (a, b) for leg in network.legs for a, b in zip(leg, leg[1:])
        if a in single and b in single and a.length + b.length <= 20000]
    nested, taken = [], set()
    for a, b in random.shuffled(pairs):
        if len(nested) < NESTED and a not in taken and b not in taken:
            taken.update((a, b))
            nested.append([a, b])
    out = [Section([link], REAL_SECTIONS[i][5]) for i, link in enumerate(real)]
    out += [Section([link], link.place) for link in order]
    out += [Section(links, links[0].place + " over two sections") for links in nested]
    assert len(out) == SECTIONS, len(out)
    return out


def further_limits(section, random):
    if section.links[0].kind == "motorway" and random.chance(1, 6):
        return "truck+bus=90"
    if section.links[0].kind == "regional" and section.limit == 90 and random.chance(1, 6):
        return "truck=60"
    if section.links[0].kind == "motorway" and random.chance(1, 14):
        return "2026-07-01T00:00:00Z/2026-07-08T00:00:00Z=50"
    if section.links[0].kind == "motorway" and random.chance(1, 14):
        return "truck+bus=90; 2026-09-07T00:00:00Z/2026-09-19T00:00:00Z=70"
    return ""


def write(network, seed):
    random = SplitMix64(seed)
    sections = chosen(network, random)
    ends = {site for section in sections for site in (section.entry, section.exit)}
    remark = "Invented by seeds/generate.py: no such camera, road or link exists as written here."
    table(
        "network/cameras.csv", [remark],
        ["camera", "site", "lane", "x_m", "y_m", "road", "clock_tolerance_ms"],
        [(number, site.name, lane + 1, round(site.x) + 0, round(site.y) + lane * 4, site.road,
          10 if site in ends else random.pick([10, 20, 50, 100]))
         for site in network.sites for lane, number in enumerate(site.cameras)])
    table(
        "network/links.csv", [remark], ["from_site", "to_site", "length_m", "limit_kmh", "road", "zone"],
        [(l.origin.name, l.target.name, l.length, l.limit, l.road, l.zone) for l in network.links])
    expired = set(random.shuffled(range(len(REAL_SECTIONS), SECTIONS))[:EXPIRED])
    rows = []
    for i, section in enumerate(sections):
        dates = ("2023-06-01", "2025-06-01") if i in expired else ("2026-01-01", "2028-01-01")
        rows.append((
            f"S{i + 1:03d}", " ".join(map(str, section.entry.cameras)), " ".join(map(str, section.exit.cameras)),
            section.length, section.limit, random.between(0, 2) if section.length < 5000 else random.between(1, 4),
            random.pick([70, 70, 75, 80]), section.zone, section.road, section.place,
            further_limits(section, random) if i >= len(REAL_SECTIONS) else "",
            f"INV-{4100 + i}", f"INVENTED-{section.limit:03d}-{2019 + i % 5}", *dates))
    table(
        "network/sections.csv",
        ["Invented by seeds/generate.py, but for the length, limit and place of S001 to S010, which are published.",
         f"The certificates are invented; {EXPIRED} are out of date."],
        ["section", "entry_cameras", "exit_cameras", "length_m", "limit_kmh", "length_uncertainty_m",
         "confidence_floor", "zone", "road", "place", "limits", "certificate_serial", "certificate_approval",
         "certificate_from", "certificate_to"], rows)
    check(network, sections)


def check(network, sections):
    """What the network promises: in the plane, strongly connected, one way only through a section."""
    outgoing, incoming = {}, {}
    for link in network.links:
        outgoing.setdefault(link.origin, []).append(link.target)
        incoming.setdefault(link.target, []).append(link.origin)
    for edges in (outgoing, incoming):
        reached, rest = {network.sites[0]}, [network.sites[0]]
        while rest:
            for site in edges.get(rest.pop(), []):
                if site not in reached:
                    reached.add(site)
                    rest.append(site)
        assert len(reached) == len(network.sites), (len(reached), len(network.sites))
    assert len({(l.origin, l.target) for l in network.links}) == len(network.links)
    assert len(network.links) > len(network.sites)
    for site in network.sites:
        assert 0 <= site.x <= WIDTH_M and 0 <= site.y <= HEIGHT_M, site.name
    for section in sections:
        assert 500 <= section.length <= 20_000, section.length
        for link in section.links:
            assert outgoing[link.origin] == [link.target], link.origin.name
    assert len({(s.entry, s.exit) for s in sections}) == len(sections)


def generate(seed):
    """Writes the network's tables and gives the network."""
    network = Network(seed).build()
    write(network, seed ^ 0x5EC7)
    return network
