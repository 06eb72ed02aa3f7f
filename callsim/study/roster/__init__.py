"""How many people, on which shifts."""
