"""The verbs of ./dev. Run as `python -m dev` with tools/ on the path; needs only the standard library."""
