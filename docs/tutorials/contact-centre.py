# %% [markdown]
# # A contact centre: calls that make calls, a bot in front
#
# A first line hands a part of its calls on to experts. `follow_ups` says which calls follow which; a client waits for both.

# %%
import callsim

result = callsim.run("scenarios/second-tier.yaml", runs=5)
result

# %% [markdown]
# A bot that answers before the queue: the question is how sure its share is, not only how large.

# %%
hotline = callsim.run("scenarios/hotline.yaml", runs=20)
menu = next(iter(hotline.to_dict()["menus"].values()))
for figure in sorted(menu):
    if isinstance(menu[figure], dict) and menu[figure].get("mean") is not None:
        print(f"{figure}: {menu[figure]['mean']:.4g}")
