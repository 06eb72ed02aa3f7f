"""How many agents, in every group and interval."""
