"""What both services have in common: the society on each request, and the address that tells whether it answers."""

import os

from pyramid.config import Configurator

from .society import Society


def configurator(society):
    """A Pyramid configuration with `request.society` and `GET /health`."""
    config = Configurator()
    config.add_request_method(lambda request: society, "society", property=True)
    config.add_route("health", "/health")
    config.add_view(health, route_name="health", renderer="json")
    return config


def society_of_the_environment():
    """The society whose database TRYTON_DATABASE names."""
    return Society(os.environ["TRYTON_DATABASE"])


def health(request):
    """Answers once the database does."""
    return {"status": "ok", "artists": len(request.society.artists())}
