"""Two walks through time, and the day that conducts them."""
