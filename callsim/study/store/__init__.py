"""What was simulated, kept by its content: in memory, and in a folder that outlives a stop."""
