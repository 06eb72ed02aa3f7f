"""Words for numbers that the centre dials."""
