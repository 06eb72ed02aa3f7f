"""Campaigns, as a run needs them."""
