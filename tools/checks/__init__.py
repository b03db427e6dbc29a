"""The rules of the house that a program can check. `./dev check` runs them all."""
