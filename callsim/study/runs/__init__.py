"""Independent runs of one plan or of several, and what they say."""
