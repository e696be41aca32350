"""What the module refuses, as messages that Tryton's clients show."""

from trytond.model.exceptions import ValidationError


class LicenceLinkError(ValidationError):
    """The link of a licence is no web address."""


class CreationYearError(ValidationError):
    """The year of a creation lies before recorded music or in the future."""
