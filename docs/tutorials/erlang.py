# %% [markdown]
# # One queue, and what Erlang says of it
#
# One queue, one group, calls that come at random all day: the case that formulas can tell exactly. So it is the case on which a simulation can be checked.
# The formula of callers who hang up is Erlang A (Palm 1957).

# %%
from callsim import erlang

exact = erlang.evaluate(agents=14, calls_per_hour=200, aht_s=180, patience_s=300, within_s=20)
print(
    f"{exact.answered_within:.5f} answered in 20 s, {exact.p_abandon:.5f} abandoned, occupancy {exact.occupancy:.5f}"
)

# %% [markdown]
# The same queue call by call. `±` is half of the 95 % interval of the mean over the runs.

# %%
import callsim

result = callsim.run("scenarios/one-queue.yaml", runs=10, seed=1)
result

# %% [markdown]
# Beside each other: the exact value should lie inside of the interval 95 times in 100.

# %%
for key, value in {
    "service_level.offered": exact.answered_within,
    "abandoned_share": exact.p_abandon,
    "asa_s": exact.asa_s,
}.items():
    figure = result.to_dict()["queues"]["service"]
    for part in key.split("."):
        figure = figure[part]
    half = (figure["high"] - figure["low"]) / 2
    print(f"{key}: {figure['mean']:.5f} ± {half:.5f}, exactly {value:.5f}")
