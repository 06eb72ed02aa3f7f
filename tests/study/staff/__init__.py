"""Answers of `callsim staff`, held against recounts that share no code with it."""
