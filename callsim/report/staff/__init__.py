"""The report of `callsim staff`."""
