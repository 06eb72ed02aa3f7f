"""What if: a plan that is changed again and again, of which each time only what changed is simulated."""
