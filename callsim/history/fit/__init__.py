"""A scenario from a history, with goodness of fit."""
