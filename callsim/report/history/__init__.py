"""What is said of a history that was read."""
