"""The web services of the collecting society."""
