# %% [markdown]
# # My Excel week
#
# A table of calls by half hours is all that many planners have. `scenarios/first-week/` holds one, as a CSV file; a workbook does as well ([tables](../tables.md)).

# %%
from itertools import islice

with open("scenarios/first-week/volumes.csv", encoding="utf-8") as file:
    print("".join(islice(file, 4)))

# %% [markdown]
# The plan beside it names the file: `arrivals: {counts: volumes.csv}`. Ten weeks of it, call by call:

# %%
import callsim

plan = callsim.load("scenarios/first-week/centre.yaml")
result = callsim.run(plan, runs=10)
result

# %% [markdown]
# Intervals are in `to_frame()`, with times that are times. Which half hour of the week loses most calls?

# %%
frame = result.to_frame()
worst = frame.sort_values("abandoned.mean", ascending=False).head(5)
print(worst[["start", "offered.mean", "abandoned.mean"]].to_string(index=False, float_format="%.1f"))

# %% [markdown]
# All of the late shift take their break at 16:00, so nobody is there until 16:30. What if these breaks could move?

# %%
moving = callsim.load(
    "scenarios/first-week/centre.yaml",
    set={"shifts.late.breaks": [{"length": "30 min", "between": "14:00-18:00"}]},
)
print(callsim.compare([plan, moving], names=["as it is", "breaks move"], runs=10))
