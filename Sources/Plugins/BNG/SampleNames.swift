import ANPRCore

/// Family names of the frequency that one meets (few that are many, many that are few), given names, streets. Persons
/// made of them are invented.
struct SampleNames {
    static let towns = [
        "Aalst", "Aarlen", "Antwerpen", "Bastogne", "Brugge", "Brussel", "Charleroi", "Dinant", "Eupen", "Gent",
        "Hasselt",
        "Kortrijk", "La Louvière", "Leuven", "Liège", "Mechelen", "Mons", "Namur", "Oostende", "Saint-Hubert",
        "Sankt Vith", "Sint-Niklaas", "Tournai", "Verviers",
    ]
    private static let common = [
        "Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "De Smet",
        "Dubois", "Lambert", "Dupont", "Martin", "Dumont", "Leclercq", "Lefèvre", "Hendrickx", "Van den Bossche",
        "Vandenbroeck", "Müller", "Schmitz", "Lambrechts", "Desmet", "Janssen", "Pieters", "Lefebvre", "Thibaut",
    ]
    private static let starts = [
        "", "", "", "", "De ", "Van ", "Van den ", "Vander", "Le", "Du", "Ver", "Ter",
    ]
    private static let stems = [
        "acker", "bael", "berg", "bosch", "brouck", "camp", "ceul", "cros", "dael", "donck", "eeck", "elst", "fontein",
        "gaever", "groot", "haeg", "hert", "heyd", "hoeck", "kerck", "lier", "lind", "maer", "meer", "mol", "mont",
        "noot",
        "pauw", "poel", "quint", "roos", "ruyss", "schoor", "steen", "straet", "thys", "vliet", "vos", "wael", "weghe",
        "wild", "zand",
    ]
    private static let middles = ["", "", "e", "en", "er", "el", "in", "ou", "a", "is", "on", "ie"]
    private static let ends = [
        "", "s", "mans", "ens", "aert", "aerts", "inckx", "ier", "ain", "ot", "ard", "eau", "in", "on", "et", "ez",
        "er",
        "mann", "bach", "hoven", "velde", "broeck", "beke", "zeele", "ghem",
    ]
    private static let givens = [
        "Marie", "Jean", "Anne", "Luc", "Sofie", "Pieter", "Éloïse", "Jean-Pierre", "Marie-Claire", "Ahmed", "Fatima",
        "Jürgen",
        "Heike", "Els", "Bart", "Noémie", "Thomas", "Lucas", "Emma", "Louis", "Nathalie", "Koen", "Wim", "Ilse",
        "François",
        "Zoë", "Mathieu", "Youssef", "Karl", "Greet", "An", "Bo", "Cédric", "Dirk", "Erik", "Frank", "Gitte", "Hilde",
    ]
    private static let streets = [
        "Kerk", "Molen", "Station", "School", "Veld", "Linden", "Markt", "Kasteel", "Beek", "Bosch",
    ]

    func family(_ random: inout Random) -> String {
        if random.below(10) == 0 { return Self.common[random.below(Self.common.count)] }
        // The lesser of two: the first of each list are met more often.
        func pick(_ list: [String]) -> String { list[min(random.below(list.count), random.below(list.count))] }
        let start = Self.starts[random.below(Self.starts.count)]
        let body = pick(Self.stems) + pick(Self.middles) + pick(Self.ends)
        let joins = start.isEmpty || start.hasSuffix(" ")
        let text = start + (joins ? body.prefix(1).uppercased() + body.dropFirst() : body)
        return random.below(200) == 0 ? text + "-" + Self.common[random.below(Self.common.count)] : text
    }

    func given(_ random: inout Random) -> String {
        let first = Self.givens[random.below(Self.givens.count)]
        return random.below(3) == 0 ? first + " " + Self.givens[random.below(Self.givens.count)] : first
    }

    func street(_ random: inout Random) -> String {
        let street = Self.streets[random.below(Self.streets.count)]
        return random.chance(0.5) ? street + "straat" : "Rue " + street
    }
}
