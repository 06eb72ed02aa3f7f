"""What breaks first, and how far it is to there."""
