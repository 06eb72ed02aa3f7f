"""What was understood of a history, before anything is made of it."""
