"""The floor as it is at a moment, and the rules that move it."""
