"""Artists: the people and bands that the society stands for."""

from trytond.model import DeactivableMixin, ModelSQL, ModelView, fields


class Artist(DeactivableMixin, ModelSQL, ModelView):
    "Artist"

    __name__ = "collecting_society.artist"

    name = fields.Char("Name", required=True, help="The name on the stage.")
    country = fields.Many2One("country.country", "Country")
    payee = fields.Many2One(
        "party.party", "Payee", ondelete="RESTRICT", help="Who is paid when the artist's creations are played."
    )
    description = fields.Text("Description")
    creations = fields.One2Many("collecting_society.creation", "artist", "Creations")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order.insert(0, ("name", "ASC"))
