#!/usr/bin/env python3
"""Fills a database with a small collecting society: licences, artists and what they published.

Usage, inside a container of the service `tryton`: demo-data.py DATABASE
Records that are there already are kept as they are, so it can be run again.
"""

import sys

from trytond.pool import Pool
from trytond.transaction import Transaction

LICENCES = [
    ("CC-BY-4.0", "Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    ("CC-BY-SA-4.0", "Creative Commons Attribution-ShareAlike 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    ("CC-BY-NC-4.0", "Creative Commons Attribution-NonCommercial 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    ("ARR", "All rights reserved", None),
]

COUNTRIES = {"DE": "Germany", "FR": "France", "PT": "Portugal", "SE": "Sweden"}

# Name, country, description, and creations: title, year, licence.
ARTISTS = [
    ("Ada and the Engines", "DE", "Clockwork pop for small rooms, played on six modified typewriters.", [
        ("Difference", 2019, "CC-BY-4.0"),
        ("Notes by the Translator", 2020, "CC-BY-4.0"),
        ("Loom", 2023, "CC-BY-SA-4.0"),
    ]),
    ("Bruit de Fond", "FR", "Field recordings of empty stations, at the speed of the last train.", [
        ("Quai 9", 2018, "CC-BY-NC-4.0"),
        ("Correspondance", 2022, "CC-BY-NC-4.0"),
    ]),
    ("Maré Alta", "PT", "A fado choir that rehearses under a bridge.", [
        ("Sete Pontes", 2021, "ARR"),
        ("Vento Norte", 2024, "CC-BY-SA-4.0"),
    ]),
    ("Nordljus", "SE", "Strings and radio telescopes.", [
        ("Aurora, slowly", 2017, "CC-BY-SA-4.0"),
        ("Perihelion", 2020, "ARR"),
        ("Sixty Degrees", 2022, "CC-BY-4.0"),
        ("The Long Exposure", 2024, "CC-BY-4.0"),
    ]),
    ("Die Leisen", "DE", "A duo that has not agreed on a first song yet.", []),
]


def find_or_create(model, key, value, **others):
    """The record whose field `key` has the value, made if there is none."""
    found = model.search([(key, "=", value)], limit=1)
    return found[0] if found else model.create([{key: value, **others}])[0]


def fill(pool):
    """Makes whatever is missing; returns the number of artists and of creations."""
    country_model, party_model = pool.get("country.country"), pool.get("party.party")
    licence_model = pool.get("collecting_society.licence")
    artist_model, creation_model = pool.get("collecting_society.artist"), pool.get("collecting_society.creation")

    licences = {
        code: find_or_create(licence_model, "code", code, name=name, link=link) for code, name, link in LICENCES
    }
    countries = {code: find_or_create(country_model, "code", code, name=name) for code, name in COUNTRIES.items()}
    for name, country, description, creations in ARTISTS:
        payee = find_or_create(party_model, "name", name)
        artist = find_or_create(
            artist_model, "name", name, country=countries[country].id, payee=payee.id, description=description
        )
        known = {creation.title for creation in artist.creations}
        creation_model.create([
            {"title": title, "year": year, "licence": licences[licence].id, "artist": artist.id}
            for title, year, licence in creations
            if title not in known
        ])
    return artist_model.search([], count=True), creation_model.search([], count=True)


def main(database):
    Pool.start()
    with Transaction().start(database, 0, readonly=True):
        Pool(database).init()
    with Transaction().start(database, 0):
        artists, creations = fill(Pool())
    print(f"{database}: {artists} artists with {creations} creations")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
