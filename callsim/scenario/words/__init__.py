"""The words of a day: how each is written, checked and read."""
