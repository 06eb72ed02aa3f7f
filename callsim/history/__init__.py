"""Histories of real centres: read into one pair of tables, fitted, forecast."""
