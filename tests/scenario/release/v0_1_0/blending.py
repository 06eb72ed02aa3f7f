"""A supervisor who calls outbound agents to the inbound queue when it falls behind, and sends them back."""

from callsim import Floor

AT_ONCE = 4  # agents that change desks at a time
LONG = 40  # seconds that the longest waiting call has waited
LOW, HIGH = 0.75, 0.95  # service level of the last 15 minutes: help below, back above


def blend(floor: Floor):
    """Look every 2 minutes, from the opening of the lines to their close."""
    helping = 0
    while True:
        yield floor.wait_until("08:00")
        while floor.now.hour < 20:
            level = floor.service_level("inbound", last="15 min")
            if (level < LOW or floor.longest_wait("inbound") > 40) and floor.on_duty(
                "outbound-desk"
            ) > AT_ONCE:
                floor.move(AT_ONCE, "outbound-desk", "inbound-desk")
                helping += AT_ONCE
            elif level > HIGH and helping and floor.waiting("inbound") == 0:
                floor.move(AT_ONCE, "inbound-desk", "outbound-desk")
                helping -= AT_ONCE
            yield floor.wait("2 min")
        floor.move(helping, "inbound-desk", "outbound-desk")
        helping = 0
