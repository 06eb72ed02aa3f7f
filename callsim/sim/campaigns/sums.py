"""What is summed of campaigns: columns, which figures read without the simulation."""

from __future__ import annotations

# Attempts stand in the cell in which the number has stopped ringing.
(
    D_ATTEMPTS,
    D_LIVE,  # … that somebody picked up …
    D_RIGHT,  # … the right party, who talked with an agent …
    D_WRONG,  # … another, who did …
    D_NUISANCE,  # … whoever it was, and hung up before an agent was free
    D_CONTACTS,  # attempts that are the first of their contact
    D_TALK,  # ms
    D_WRAP,  # ms
    # The others are read from the floor when a cell ends.
    D_DIALLING,  # ms  while the campaign is open and has numbers to dial or ringing ones
    D_LISTS,  # lists that came
    D_OUTS,  # lists that have run out …
    D_OUT_AFTER,  # ms  … so long after they came, all together
    DIAL_COLUMNS,
) = range(13)
