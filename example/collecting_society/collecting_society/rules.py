"""The rules of the society, free of Tryton so that they can be read and tested alone."""

from urllib.parse import urlsplit

# The phonautograph of 1857 made the first recording of sound.
FIRST_YEAR = 1857


def is_web_address(link):
    """Whether the link can be opened by a browser: http or https, and a host."""
    address = urlsplit(link)
    return address.scheme in {"http", "https"} and bool(address.hostname)


def is_possible_year(year, today):
    """Whether a creation can have been published in that year; today is a date."""
    return FIRST_YEAR <= year <= today.year
