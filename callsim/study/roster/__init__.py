"""People by shift, at least cost."""
