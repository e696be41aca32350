"""The portal: pages for people."""

from pyramid.httpexceptions import HTTPNotFound

from .application import configurator, society_of_the_environment


def application(society=None):
    """The portal as a WSGI application."""
    config = configurator(society or society_of_the_environment())
    config.include("pyramid_jinja2")
    config.add_jinja2_search_path("collecting_society_web:templates")
    config.add_static_view("static", "collecting_society_web:static")
    config.add_route("home", "/")
    config.add_view(home, route_name="home", renderer="home.jinja2")
    config.add_route("artist", r"/artists/{id:\d{1,9}}")
    config.add_view(artist, route_name="artist", renderer="artist.jinja2")
    config.add_notfound_view(not_found, renderer="not_found.jinja2")
    return config.make_wsgi_app()


def home(request):
    """All artists and how much they published."""
    artists = request.society.artists()
    creations = sum(len(artist.creations) for artist in artists)
    return {
        "artists": artists,
        "summary": f"{counted(len(artists), 'artist')}, {counted(creations, 'creation')}",
        "counted": counted,
    }


def artist(request):
    """One artist and their creations."""
    found = request.society.artist(int(request.matchdict["id"]))
    if found is None:
        raise HTTPNotFound
    return {"artist": found}


def not_found(request):
    """The page for an address that does not exist."""
    request.response.status_int = 404
    return {}


def counted(number, noun):
    """A number with its noun: no artists, 1 artist, 2 artists."""
    if number == 1:
        return f"1 {noun}"
    return f"{number or 'no'} {noun}s"
