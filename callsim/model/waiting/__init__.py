"""What happens to calls that have to wait, as tables."""
