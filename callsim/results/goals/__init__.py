"""What is said of goals, beyond whether they are met on all days together."""
