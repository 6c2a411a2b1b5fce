"""What corruptions are planted with: lists of our own that no detector reads.

They are examples of what retranslation does to names, written for this measure; common words and
instrument codes are taken from the articles at run time.
"""

from __future__ import annotations

LITERAL: dict[str, str] = {
    "Agency": "Office of Acting",
    "Airport": "Air Harbour",
    "Army": "Armed Host",
    "Association": "Company Union",
    "Authority": "Power",
    "Bank": "Bench",
    "Board": "Plank",
    "Bureau": "Writing Desk",
    "Central": "Middle",
    "Championship": "Mastery",
    "City": "Town",
    "College": "Higher School",
    "Commission": "Order",
    "Committee": "Comity",
    "Conference": "Talk Meeting",
    "Congress": "Great Meeting",
    "Corporation": "Body",
    "Council": "Advice",
    "Court": "Courtyard",
    "Cup": "Beaker",
    "Department": "Compartment",
    "East": "Orient",
    "Exchange": "Change",
    "Exploration": "Searching",
    "Fund": "Bottom",
    "General": "Common",
    "Group": "Cluster",
    "Health": "Soundness",
    "High": "Tall",
    "Holdings": "Keepings",
    "Hospital": "Sick House",
    "Industries": "Branches",
    "Institute": "Establishment",
    "International": "Between Nations",
    "Journal": "Diary",
    "Justice": "Fairness",
    "League": "Alliance",
    "Market": "Bazaar",
    "Ministry": "Cabinet Office",
    "Mountain": "Hill Peak",
    "National": "Folk",
    "New": "Novel",
    "North": "Septentrion",
    "Oil": "Butter Oil",
    "Organization": "Arrangement",
    "Party": "Feast",
    "Police": "Policy",
    "Post": "Mail",
    "Research": "Search Again",
    "Resources": "Means",
    "River": "Stream Water",
    "Royal": "Kingly",
    "School": "Learning House",
    "Secretary": "Clerk",
    "Securities": "Safeties",
    "Security": "Safety",
    "Services": "Favours",
    "South": "Midday",
    "State": "Condition",
    "States": "Conditions",
    "Station": "Standing",
    "Steel": "Iron Steel",
    "Stock": "Stick",
    "Street": "Road",
    "Supreme": "Topmost",
    "Times": "Hours",
    "Trade": "Commerce",
    "Treasury": "Treasure Room",
    "Union": "Joining",
    "United": "Joined",
    "University": "High School",
    "West": "Occident",
    "World": "Earth",
    "York": "Iorque",
}
"""Words of institutions, papers and places, and what a literal translator makes of them."""

FOREIGN: tuple[str, ...] = (
    *("Gobierno", "Calle", "Puente", "Nuevo", "Viejo", "Grande", "Torre", "Mercado", "Hermano"),
    *("Rouge", "Maison", "Fils", "Ville", "Pierre", "Neuf", "Forêt", "Banque", "Soeur", "Marché"),
    *("Haus", "Straße", "Brücke", "Gross", "Schwarz", "Alte", "Markt", "Kirche", "Wald", "Stadt"),
    *("Gorod", "Novy", "Ulitsa", "Bolshoi", "Krasny", "Reka", "Dom", "Staryi", "Pole", "Zemlya"),
    *("Nové", "Město", "Starý", "Hora", "Uusi", "Suuri", "Vanha", "Strada", "Mare", "Piata"),
)
PARTICLES: tuple[str, ...] = ("de", "von", "del", "di", "der", "du", "des", "el")
SUFFIXES: tuple[str, ...] = ("N", "O", "L", "PA", "DE", "T", "HK", "MI", "SA", "AS", "TO", "AX")
"""Endings of exchanges for codes that are made up where an article brings none."""

_TITLES = """
President Chancellor Minister Senator Governor Judge Colonel Captain Professor Doctor
Chairman Secretary Mayor King Queen Prince Princess Pope Bishop Sheikh Justice Ambassador Premier
Coach Commissioner Detective Sergeant Sir Lord Dr Mr Mrs Ms
"""
_NO_NAMES = """
Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July
August September October November December I The A An In On At It He She They We But And If This
That There When While For As By From With No Not So
"""
TITLES, NO_NAMES = frozenset(_TITLES.split()), frozenset(_NO_NAMES.split())
RESPELLED: tuple[tuple[str, str], ...] = (
    *(("ck", "k"), ("ph", "f"), ("sh", "sch"), ("ch", "tsch"), ("th", "t"), ("oo", "u")),
    *(("w", "v"), ("j", "dzh"), ("y", "i"), ("c", "k"), ("v", "w"), ("z", "s"), ("i", "y")),
    *(("k", "c"), ("h", "kh"), ("e", "ie"), ("o", "au"), ("a", "ah"), ("s", "z")),
)
"""Spellings that go through another alphabet, the most telling first."""
