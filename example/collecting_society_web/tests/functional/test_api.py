"""The api's answers over a real database."""

import pytest
from collecting_society_web import api
from webtest import TestApp

LICENCE = {"code": "TEST-WEB", "name": "Licence of the web tests", "link": "https://example.org/licence"}
CREATION = {"title": "<Phase>", "year": 2021, "artist": "Sine & Cosine", "licence": LICENCE}


@pytest.fixture(scope="module")
def client(society):
    return TestApp(api.application(society))


def test_one_artist_comes_with_their_creations(client, records):
    assert client.get(f"/artists/{records.artist}").json == {
        "id": records.artist,
        "name": "Sine & Cosine",
        "country": None,
        "description": "Two voices, ninety degrees apart.",
        "creations": [CREATION],
    }


def test_the_list_of_artists_has_the_active_ones(client):
    names = [artist["name"] for artist in client.get("/artists").json["artists"]]

    assert "Sine & Cosine" in names
    assert "Retired Tone" not in names


def test_creations_come_with_artist_and_licence(client):
    creations = client.get("/creations").json["creations"]

    assert CREATION in creations
    assert "Silence" not in [creation["title"] for creation in creations]


def test_the_first_address_leads_to_all_others(client):
    for address in client.get("/").json.values():
        assert client.get(address).status_int == 200


def test_an_unknown_address_is_said_in_json(client):
    answer = client.get("/nowhere", status=404)

    assert answer.json == {"error": "not found", "path": "/nowhere"}
