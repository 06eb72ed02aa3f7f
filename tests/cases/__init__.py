"""Inputs on which an early release was wrong, with what is right of each."""
