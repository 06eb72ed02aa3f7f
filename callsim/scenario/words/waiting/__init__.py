"""What happens to calls that have to wait: what they are told, and how they are called back."""
