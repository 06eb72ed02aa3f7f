"""What runs have shown: sums, figures and goals, as users get them and as they are saved."""
