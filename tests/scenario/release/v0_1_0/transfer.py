"""A supervisor who lets two parks take each other's calls while one is in need and the other is not."""

from callsim import Floor

LONG, SHORT = 25, 5  # seconds that the longest waiting call has waited: open above, close below
SPARE = 4  # idle agents that a park keeps for its own calls


def transfer(floor: Floor):
    """Every 20 s: open the way out of a park that is in need, close it when that is over."""
    ways = {("north", "south-desk"): False, ("south", "north-desk"): False}
    for queue, desk in ways:
        floor.overflow(queue, desk, open=False)
    while True:
        for (queue, desk), is_open in ways.items():
            longest, spare = floor.longest_wait(queue), floor.idle(desk)
            if (longest < SHORT or spare == 0) if is_open else (longest > LONG and spare >= SPARE):
                ways[queue, desk] = not is_open
                floor.overflow(queue, desk, open=not is_open)
        yield floor.wait("20 s")
