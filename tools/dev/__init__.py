"""The verbs of ./dev. Needs only the standard library."""
