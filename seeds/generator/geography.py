"""Where the invented network lies. Coordinates are rough, in kilometres of an invented plane (280 x 180)."""

# Towns: name, x, y. The names are Belgian, the positions only resemble Belgium.
PLACES = {
    "Oostende": (22, 146), "Brugge": (48, 148), "Kortrijk": (52, 112), "Roeselare": (40, 121),
    "Tournai": (62, 92), "Gent": (86, 134), "Aalst": (108, 126), "Sint-Niklaas": (118, 140),
    "Antwerpen": (136, 146), "Turnhout": (172, 154), "Mechelen": (138, 128), "Brussel": (132, 114),
    "Leuven": (158, 116), "Hasselt": (202, 122), "Genk": (214, 126), "Wavre": (150, 101),
    "Namur": (166, 80), "Charleroi": (136, 76), "Mons": (104, 78), "Liege": (218, 98),
    "Verviers": (238, 94), "Eupen": (250, 98), "Marche": (200, 62), "Bastogne": (226, 44),
    "Arlon": (232, 14), "Dinant": (168, 62), "Tielt": (62, 128), "Ruiselede": (66.2, 129.6),
    "Aalter": (69.2, 131), "Oudenaarde": (80, 114), "Ronse": (78, 106), "Ieper": (20, 114),
    "Veurne": (8, 136), "Diksmuide": (20, 131), "Eeklo": (76, 144), "Dendermonde": (118, 130),
    "Lier": (146, 137), "Aarschot": (166, 124), "Diest": (182, 122), "Tienen": (176, 112),
    "Sint-Truiden": (192, 112), "Tongeren": (210, 108), "Huy": (192, 86), "Nivelles": (130, 96),
    "Ath": (86, 96), "Spa": (240, 84), "Malmedy": (254, 80), "Libramont": (204, 34),
    "Philippeville": (144, 56), "Chimay": (126, 44), "Geel": (176, 138), "Maaseik": (232, 140),
}

# Road, lanes a direction, limit, towns in order.
MOTORWAYS = [
    ("E40", 3, 120, ["Oostende", "Brugge", "Gent", "Aalst", "Brussel", "Leuven", "Liege", "Verviers", "Eupen"]),
    ("E17", 3, 120, ["Kortrijk", "Gent", "Sint-Niklaas", "Antwerpen"]),
    ("E19", 3, 120, ["Antwerpen", "Mechelen", "Brussel", "Nivelles", "Mons"]),
    ("E42", 2, 120, ["Tournai", "Mons", "Charleroi", "Namur", "Liege"]),
    ("E411", 2, 120, ["Brussel", "Wavre", "Namur", "Marche", "Libramont", "Arlon"]),
    ("E313", 2, 120, ["Antwerpen", "Geel", "Hasselt", "Liege"]),
    ("E314", 2, 120, ["Leuven", "Hasselt", "Genk"]),
    ("E403", 2, 120, ["Brugge", "Roeselare", "Kortrijk", "Tournai"]),
    ("E34", 2, 120, ["Brugge", "Eeklo", "Antwerpen", "Turnhout"]),
    ("E25", 2, 120, ["Liege", "Bastogne", "Arlon"]),
    ("E429", 2, 120, ["Tournai", "Ath", "Brussel"]),
]

# Road, the town it goes round, radius in km, detection sites a direction, lanes, limit.
RINGS = [
    ("R0", "Brussel", 10, 16, 3, 100),
    ("R1", "Antwerpen", 5, 12, 3, 100),
    ("R4", "Gent", 6, 10, 2, 90),
]

# Road, lanes a direction, limit, towns in order.
REGIONALS = [
    ("N9", 1, 70, ["Gent", "Eeklo", "Brugge"]),
    ("N37", 1, 70, ["Tielt", "Ruiselede", "Aalter"]),
    ("N44", 2, 90, ["Aalter", "Eeklo"]),
    ("N35", 1, 70, ["Veurne", "Diksmuide", "Roeselare", "Tielt", "Gent"]),
    ("N8", 1, 90, ["Veurne", "Ieper", "Kortrijk", "Oudenaarde", "Brussel"]),
    ("N34", 1, 70, ["Oostende", "Veurne"]),
    ("N36", 1, 70, ["Oudenaarde", "Kortrijk"]),
    ("N60", 2, 90, ["Gent", "Oudenaarde", "Ronse", "Ath", "Mons"]),
    ("N41", 1, 90, ["Sint-Niklaas", "Dendermonde", "Aalst"]),
    ("N16", 2, 90, ["Sint-Niklaas", "Mechelen", "Lier", "Geel"]),
    ("N10", 1, 70, ["Lier", "Aarschot", "Diest", "Hasselt"]),
    ("N3", 1, 70, ["Leuven", "Tienen", "Sint-Truiden", "Tongeren", "Liege"]),
    ("N78", 1, 70, ["Maaseik", "Genk", "Tongeren"]),
    ("N18", 1, 70, ["Turnhout", "Geel", "Diest"]),
    ("N25", 2, 90, ["Leuven", "Wavre", "Nivelles"]),
    ("N90", 1, 90, ["Charleroi", "Namur", "Huy", "Liege"]),
    ("N5", 2, 90, ["Charleroi", "Philippeville", "Chimay"]),
    ("N97", 2, 90, ["Philippeville", "Dinant", "Marche"]),
    ("N4", 2, 90, ["Marche", "Bastogne", "Arlon"]),
    ("N63", 2, 90, ["Marche", "Huy", "Tienen"]),
    ("N62", 1, 90, ["Verviers", "Spa", "Malmedy"]),
    ("N67", 1, 70, ["Verviers", "Eupen"]),
    ("N68", 1, 90, ["Eupen", "Malmedy", "Bastogne", "Libramont"]),
]

# The ten published sections: road, towns of the leg, limit, length in metres, the place as published.
# Lengths and limits are real; where the source names no place, the leg was chosen by us and the text says so.
REAL_SECTIONS = [
    ("N37", "Tielt", "Ruiselede", 70, 4400, "Tielt-Ruiselede"),
    ("N37", "Ruiselede", "Aalter", 70, 3100, "Ruiselede-Aalter"),
    ("N67", "Verviers", "Eupen", 70, 4200, "Route d'Eupen east"),
    ("N67", "Eupen", "Verviers", 70, 4200, "Route d'Eupen west"),
    ("N36", "Oudenaarde", "Kortrijk", 70, 3200, "Leupegem-Berchem"),
    ("E40", "Leuven", "Liege", 120, 7700, "motorway of 7.7 km (place chosen by us)"),
    ("E17", "Kortrijk", "Gent", 120, 5800, "motorway of 5.8 km (place chosen by us)"),
    ("E19", "Nivelles", "Mons", 120, 5600, "motorway of 5.6 km (place chosen by us)"),
    ("E313", "Antwerpen", "Geel", 120, 4700, "motorway of 4.7 km (place chosen by us)"),
    ("N3", "Tienen", "Sint-Truiden", 70, 3600, "regional road of 3.6 km (place chosen by us)"),
]
