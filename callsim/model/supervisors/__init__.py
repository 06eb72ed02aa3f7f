"""Supervisors of a scenario: read from their files, guarded while they run, and what they may see and do."""
