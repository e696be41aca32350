"""The models in a real database."""

import pytest
from trytond.model.exceptions import RequiredValidationError, SQLConstraintError
from trytond.pool import Pool
from trytond.tests import test_tryton

from collecting_society.exceptions import CreationYearError, LicenceLinkError


@pytest.mark.usefixtures("database")
class TestModule(test_tryton.ModuleTestCase):
    """Tryton's own checks of a module: views, access rights, actions, menus and so on."""

    module = "collecting_society"

    @classmethod
    def setUpClass(cls):
        """Keep the database of the run: Tryton's version makes a new one for each class."""

    @classmethod
    def tearDownClass(cls):
        """Keep the database of the run."""


@pytest.fixture
def licence(transaction):
    Licence = Pool().get("collecting_society.licence")
    return Licence.create([{"name": "Attribution", "code": "TEST-BY", "link": "https://example.org/by"}])[0]


@pytest.fixture
def artist(transaction):
    Artist = Pool().get("collecting_society.artist")
    return Artist.create([{"name": "The Test Tones"}])[0]


def test_an_artist_lists_their_creations(artist, licence):
    Creation = Pool().get("collecting_society.creation")
    Creation.create([
        {"title": title, "artist": artist.id, "licence": licence.id, "year": 2020} for title in ("Second", "First")
    ])

    assert [creation.title for creation in artist.creations] == ["First", "Second"]


def test_a_creation_needs_a_licence(artist):
    Creation = Pool().get("collecting_society.creation")

    with pytest.raises(RequiredValidationError):
        Creation.create([{"title": "Unlicensed", "artist": artist.id}])


def test_two_licences_can_not_share_a_code(licence):
    with pytest.raises(SQLConstraintError):
        type(licence).create([{"name": "Another", "code": licence.code}])


def test_the_link_of_a_licence_is_a_web_address(licence):
    with pytest.raises(LicenceLinkError, match="is no web address"):
        type(licence).write([licence], {"link": "somewhere"})


def test_a_creation_of_the_future_is_refused(artist, licence):
    Creation = Pool().get("collecting_society.creation")

    with pytest.raises(CreationYearError, match="9999"):
        Creation.create([{"title": "Later", "artist": artist.id, "licence": licence.id, "year": 9999}])
