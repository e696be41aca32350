"""Artists, creations and their licences."""
