"""What must fit together, and what a planner should know though it is no mistake."""
