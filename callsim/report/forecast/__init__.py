"""What a forecast says: on a terminal and as a page."""
