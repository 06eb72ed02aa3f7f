"""The bridge from words to numbers: names become indices, seconds become milliseconds."""

from callsim.model.model import Model, build

__all__ = ["Model", "build"]
