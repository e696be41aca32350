"""Licences under which creations are published."""

from sql.operators import Equal

from trytond.i18n import gettext
from trytond.model import DeactivableMixin, Exclude, ModelSQL, ModelView, fields

from .exceptions import LicenceLinkError
from .rules import is_web_address


class Licence(DeactivableMixin, ModelSQL, ModelView):
    "Licence"

    __name__ = "collecting_society.licence"

    name = fields.Char("Name", required=True)
    code = fields.Char("Code", required=True, help="The short name, such as CC-BY-4.0.")
    link = fields.Char("Link", help="Where the text of the licence can be read.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._order.insert(0, ("code", "ASC"))
        cls._sql_constraints += [
            ("code_exclude", Exclude(table, (table.code, Equal)), "collecting_society.msg_licence_code_unique"),
        ]

    @classmethod
    def validate_fields(cls, licences, field_names):
        super().validate_fields(licences, field_names)
        if field_names and "link" not in field_names:
            return
        for licence in licences:
            if licence.link and not is_web_address(licence.link):
                raise LicenceLinkError(
                    gettext("collecting_society.msg_licence_link", link=licence.link, licence=licence.rec_name)
                )
