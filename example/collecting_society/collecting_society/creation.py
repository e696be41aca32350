"""Creations: what artists publish, each under a licence."""

from trytond.i18n import gettext
from trytond.model import DeactivableMixin, ModelSQL, ModelView, fields
from trytond.pool import Pool

from .exceptions import CreationYearError
from .rules import is_possible_year


class Creation(DeactivableMixin, ModelSQL, ModelView):
    "Creation"

    __name__ = "collecting_society.creation"
    _rec_name = "title"

    title = fields.Char("Title", required=True)
    artist = fields.Many2One("collecting_society.artist", "Artist", required=True, ondelete="CASCADE")
    year = fields.Integer("Year", help="The year of publication.")
    licence = fields.Many2One("collecting_society.licence", "Licence", required=True, ondelete="RESTRICT")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order.insert(0, ("title", "ASC"))

    @classmethod
    def validate_fields(cls, creations, field_names):
        super().validate_fields(creations, field_names)
        if field_names and "year" not in field_names:
            return
        today = Pool().get("ir.date").today()
        for creation in creations:
            if creation.year is not None and not is_possible_year(creation.year, today):
                raise CreationYearError(
                    gettext("collecting_society.msg_creation_year", year=creation.year, creation=creation.rec_name)
                )
