"""One test database for the whole run: the one named by DB_NAME, or one of its own that is dropped afterwards."""

import os
from types import SimpleNamespace

import pytest

OWN_DATABASE = "DB_NAME" not in os.environ
# Tryton's test support reads the name when it is imported, so it is set before.
os.environ.setdefault("DB_NAME", f"test_collecting_society_web_{os.getpid()}")


@pytest.fixture(scope="session")
def database():
    """The name of a database in which the module is active."""
    from trytond.tests import test_tryton

    test_tryton.activate_module("collecting_society")
    yield test_tryton.DB_NAME
    if OWN_DATABASE:
        test_tryton.drop_db()


@pytest.fixture(scope="session")
def records(database):
    """One artist with one creation, and an inactive artist; really there while the tests run."""
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    with Transaction().start(database, 0):
        pool = Pool()
        licence, = pool.get("collecting_society.licence").create([
            {"code": "TEST-WEB", "name": "Licence of the web tests", "link": "https://example.org/licence"}
        ])
        artist, retired = pool.get("collecting_society.artist").create([
            {"name": "Sine & Cosine", "description": "Two voices, ninety degrees apart."},
            {"name": "Retired Tone", "active": False},
        ])
        pool.get("collecting_society.creation").create([
            {"title": "<Phase>", "artist": artist.id, "licence": licence.id, "year": 2021},
            {"title": "Silence", "artist": retired.id, "licence": licence.id},
        ])
    yield SimpleNamespace(artist=artist.id, retired=retired.id)
    with Transaction().start(database, 0, context={"active_test": False}):
        pool = Pool()
        for name, ids in (("artist", [artist.id, retired.id]), ("licence", [licence.id])):
            model = pool.get(f"collecting_society.{name}")
            model.delete(model.browse(ids))


@pytest.fixture(scope="session")
def society(database, records):
    """The society of the test database."""
    from collecting_society_web.society import Society

    return Society(database)
