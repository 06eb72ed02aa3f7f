"""callsim: a call-centre simulator that plays every call of every queue, at any size."""

__version__ = "0.1.0"
