"""A supervisor who lets two parks take each other's calls while one is in need and the other is not."""

from callsim import Floor

PARKS = ("north", "south")
LONG, SHORT = 25, 5  # seconds that the longest waiting call has waited: open above, close below
SPARE = 4  # idle agents that a park keeps for its own calls


def transfer(floor: Floor):
    """Every 10 s: open the way out of a park that is in need, close it when that is over."""
    for here, there in (PARKS, PARKS[::-1]):
        floor.overflow(here, f"{there}-desk", open=False)
    while True:
        for here, there in (PARKS, PARKS[::-1]):
            if floor.longest_wait(here) > LONG and floor.idle(f"{there}-desk") >= SPARE:
                floor.overflow(here, f"{there}-desk")
            elif floor.longest_wait(here) < SHORT or floor.idle(f"{there}-desk") == 0:
                floor.overflow(here, f"{there}-desk", open=False)
        yield floor.wait("10 s")
