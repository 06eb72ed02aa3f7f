"""The version, for whoever is below the public names."""

__version__ = "1.0.0"
