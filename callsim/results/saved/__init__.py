"""Results as tables in a folder, written and read back with their checks."""
