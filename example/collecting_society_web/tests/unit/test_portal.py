"""Small parts of the portal, without a database."""

import pytest
from collecting_society_web.portal import counted


@pytest.mark.parametrize(("number", "text"), [(0, "no artists"), (1, "1 artist"), (2, "2 artists")])
def test_a_number_takes_the_right_form_of_its_noun(number, text):
    assert counted(number, "artist") == text
