"""Days that the search never saw: what they say of its answer, and what it takes until they call it good."""
