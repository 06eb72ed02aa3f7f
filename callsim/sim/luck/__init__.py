"""What is drawn before a run is played: calls and what they bring, who comes to work."""
