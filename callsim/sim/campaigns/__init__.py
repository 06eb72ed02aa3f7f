"""Campaigns: lists of numbers that are dialled, as the floor has them, and what is summed of them."""
