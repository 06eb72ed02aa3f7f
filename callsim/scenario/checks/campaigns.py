"""What must fit together of campaigns: names, who answers them and how, and what they do not go with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.sentences import say
from callsim.units import shown

NOT_IN_ROWS = {"concurrency", "interruptible", "agent_selection"}  # whose agents are told apart
NOT_ASKED = ("after", "min_waiting", "when", "quota")  # a number rings for an idle agent, or not at all


def campaigns(root: Node, queues: Mapping[str, Node], groups: Mapping[str, Node]) -> Iterator[Mistake]:
    """All that is wrong with them."""
    dialled = root.section("campaigns")
    for name, campaign in dialled.items():
        if name in queues or name in root.section("menus"):
            yield campaign.head.mistake(say("campaigns.same_name", name=shown(name)))
    for group in groups.values():
        for name, answer in group.section("answers").items():
            if name in dialled:
                for key in NOT_ASKED:
                    if key in answer.mapping:
                        text = say("campaigns.not_asked", key=key, name=shown(name))
                        yield answer.mapping[key].head.mistake(text)
    for group in groups.values() if dialled else ():
        asking = [group, *group.section("answers").values()]
        for node in asking:
            for key in NOT_IN_ROWS & node.mapping.keys():
                yield node.mapping[key].head.mistake(say("campaigns.rows", key=key))
    for trunk in root.section("lines").values() if dialled else ():
        if "menus" in trunk.mapping:
            yield trunk.mapping["menus"].head.mistake(say("campaigns.menus"))
    blocks = root.at("calendar", "blocks")
    if dialled and blocks is not None:
        yield blocks.head.mistake(say("campaigns.blocks"))
