"""The society's records as plain values, read out of Tryton's database."""

from contextlib import contextmanager
from dataclasses import dataclass

from trytond.pool import Pool
from trytond.transaction import Transaction


@dataclass(frozen=True)
class Licence:
    code: str
    name: str
    link: str | None


@dataclass(frozen=True)
class Creation:
    title: str
    year: int | None
    artist: str
    licence: Licence


@dataclass(frozen=True)
class Artist:
    id: int
    name: str
    country: str | None
    description: str | None
    creations: tuple[Creation, ...]


class Society:
    """Reads one database; every call is a transaction of its own, so threads can share the object."""

    def __init__(self, database):
        self._database = database
        Pool.start()
        with Transaction().start(database, 0, readonly=True):
            Pool(database).init()

    def artists(self):
        """All active artists, in the order of their names."""
        with self._transaction() as pool:
            return [_artist(record) for record in pool.get("collecting_society.artist").search([])]

    def artist(self, identifier):
        """The active artist with that number, or None."""
        with self._transaction() as pool:
            found = pool.get("collecting_society.artist").search([("id", "=", identifier)])
            return _artist(found[0]) if found else None

    def creations(self):
        """All active creations of active artists, in the order of their titles."""
        with self._transaction() as pool:
            found = pool.get("collecting_society.creation").search([("artist.active", "=", True)])
            return [_creation(record) for record in found]

    @contextmanager
    def _transaction(self):
        with Transaction().start(self._database, 0, readonly=True):
            yield Pool()


def _artist(record):
    return Artist(
        id=record.id,
        name=record.name,
        country=record.country.name if record.country else None,
        description=record.description or None,
        creations=tuple(_creation(creation) for creation in record.creations),
    )


def _creation(record):
    licence = Licence(record.licence.code, record.licence.name, record.licence.link or None)
    return Creation(title=record.title, year=record.year, artist=record.artist.name, licence=licence)
