"""The society's rules, without Tryton's database."""

from datetime import date

import pytest
from collecting_society.rules import is_possible_year, is_web_address

TODAY = date(2024, 5, 1)


@pytest.mark.parametrize("link", ["https://creativecommons.org/licenses/by/4.0/", "http://localhost:8000/licence"])
def test_an_address_with_a_host_is_a_web_address(link):
    assert is_web_address(link)


@pytest.mark.parametrize("link", ["", "creativecommons.org", "ftp://example.org/x", "https://", "javascript:alert(1)"])
def test_anything_else_is_no_web_address(link):
    assert not is_web_address(link)


@pytest.mark.parametrize(("year", "possible"), [(1856, False), (1857, True), (2024, True), (2025, False)])
def test_a_year_lies_between_the_first_recording_and_today(year, possible):
    assert is_possible_year(year, TODAY) is possible
