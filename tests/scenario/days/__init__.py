"""Values that differ by day: weekdays, holidays, dates."""
