"""The portal's pages over a real database."""

import pytest
from collecting_society_web import portal
from webtest import TestApp


@pytest.fixture(scope="module")
def browser(society):
    return TestApp(portal.application(society))


def test_the_first_page_lists_active_artists(browser):
    page = browser.get("/")

    names = [heading.get_text() for heading in page.html.select("main h2")]
    assert "Sine & Cosine" in names
    assert "Retired Tone" not in names


def test_the_page_of_an_artist_shows_creations_with_their_licence(browser):
    page = browser.get("/").click("Cosine")

    assert page.html.h1.get_text() == "Sine & Cosine"
    assert [cell.get_text() for cell in page.html.select("tbody td")] == ["<Phase>", "2021", "TEST-WEB"]
    assert page.html.select_one("tbody a")["href"] == "https://example.org/licence"


def test_the_style_sheet_is_served(browser):
    page = browser.get("/")

    assert browser.get(page.html.link["href"]).content_type == "text/css"


@pytest.mark.parametrize("path", ["/nowhere", "/artists/999999999", "/artists/none"])
def test_an_unknown_address_is_a_page_that_leads_back(browser, path):
    page = browser.get(path, status=404)

    assert page.click("All artists").status_int == 200


def test_an_inactive_artist_has_no_page(browser, records):
    browser.get(f"/artists/{records.retired}", status=404)
