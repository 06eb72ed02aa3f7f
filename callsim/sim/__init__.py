"""Numbers only: the floor, its rules, and two engines that tell the same day."""
