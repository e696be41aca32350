"""The api: the same records for programs, as JSON."""

from dataclasses import asdict

from pyramid.httpexceptions import HTTPNotFound

from .application import configurator, society_of_the_environment


def application(society=None):
    """The api as a WSGI application."""
    config = configurator(society or society_of_the_environment())
    config.add_route("home", "/")
    config.add_view(home, route_name="home", renderer="json")
    config.add_route("artists", "/artists")
    config.add_view(artists, route_name="artists", renderer="json")
    config.add_route("artist", r"/artists/{id:\d{1,9}}")
    config.add_view(artist, route_name="artist", renderer="json")
    config.add_route("creations", "/creations")
    config.add_view(creations, route_name="creations", renderer="json")
    config.add_notfound_view(not_found, renderer="json")
    return config.make_wsgi_app()


def home(request):
    """The addresses of the lists."""
    return {name: request.route_url(name) for name in ("artists", "creations", "health")}


def artists(request):
    """All artists, each with their creations."""
    return {"artists": [asdict(artist) for artist in request.society.artists()]}


def artist(request):
    """One artist."""
    found = request.society.artist(int(request.matchdict["id"]))
    if found is None:
        raise HTTPNotFound
    return asdict(found)


def creations(request):
    """All creations, each with its artist and licence."""
    return {"creations": [asdict(creation) for creation in request.society.creations()]}


def not_found(request):
    """The answer for an address that does not exist."""
    request.response.status_int = 404
    return {"error": "not found", "path": request.path}
