"""The bridge from words to numbers: names become indices, seconds become milliseconds."""

from callsim.build.plan import Plan, build

__all__ = ["Plan", "build"]
