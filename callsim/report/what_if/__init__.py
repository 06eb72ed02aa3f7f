"""The what-if page: its server on this machine, and what it tells the page."""
