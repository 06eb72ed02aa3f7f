"""The report of a build-out."""
