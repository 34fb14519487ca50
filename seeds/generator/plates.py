"""Invented plates, by the national syntaxes of plates/syntaxes.csv."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FRENCH = "ABCDEFGHJKLMNPQRSTVWXYZ"
GERMAN_DISTRICTS = ["AC", "B", "BN", "D", "DN", "EU", "F", "HH", "K", "KR", "M", "MG", "S", "TR", "WW"]
DUTCH = ["AA999A", "A999AA", "AAA99A", "A99AAA", "9AA999", "999AA9", "99AAA9", "9AAA99", "99AAAA"]
COUNTRIES = [("BE", 780), ("NL", 80), ("FR", 70), ("DE", 35), ("LU", 25), ("GB", 10)]


def spell(random, syntax, letters=LETTERS):
    return "".join(
        random.pick(letters) if c == "A" else str(random.below(10)) if c == "9" else c for c in syntax)


def belgian(random):
    return spell(random, random.weighted(
        [("1AAA999", 55), ("2AAA999", 30), ("AAA999", 8), ("999AAA", 5), ("9AAA999", 1), ("QAAA999", 1)]))


def german(random):
    return random.pick(GERMAN_DISTRICTS) + spell(random, random.pick(["AA999", "AA9999", "A9999", "AA99", "AA999E"]))


def plate(random, country):
    if country == "BE":
        return belgian(random)
    if country == "NL":
        return spell(random, random.pick(DUTCH), "BDFGHJKLNPRSTVXZ")
    if country == "FR":
        return spell(random, "AA999AA", FRENCH)
    if country == "DE":
        return german(random)
    if country == "LU":
        return spell(random, random.pick(["AA9999", "AA9999", "AA9999", "99999"]))
    return spell(random, "AA99AAA", "ABCDEFGHJKLMNOPRSTUVWXY")


def written(random, country, text):
    """As people write it: now and then with hyphens or in lower case."""
    if random.chance(1, 8) and country == "BE" and len(text) == 7:
        text = f"{text[0]}-{text[1:4]}-{text[4:]}"
    elif random.chance(1, 8) and country == "FR":
        text = f"{text[:2]}-{text[2:5]}-{text[5:]}"
    return text.lower() if random.chance(1, 200) else text


class Plates:
    """Plates that never stand twice."""

    def __init__(self, random):
        self.random, self.seen = random, set()

    def fresh(self):
        while True:
            country = self.random.weighted(COUNTRIES)
            text = plate(self.random, country)
            if text not in self.seen:
                self.seen.add(text)
                return text, country
