"""A document's text as it is, and the copy of it that is searched."""
