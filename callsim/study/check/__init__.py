"""Whether a scenario is plausible, told by formula before anything is simulated."""
