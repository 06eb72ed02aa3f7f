# %% [markdown]
# # A build-out: does the plan hold, month by month
#
# A centre that grows needs seats, people who are found and taught, and calls that pay. `scenarios/hiring.yaml` doubles one.

# %%
import callsim

plan = callsim.plan("scenarios/hiring.yaml", runs=2)
plan

# %% [markdown]
# What binds first stands in each row, and the smallest change that would lift it beside it: [the build-out](../buildout.md).

# %%
frame = plan.to_frame()
usual = frame[(frame["day"] == frame["day"].iloc[0]) & (frame["queue"] == frame["queue"].iloc[0])]
print(
    usual[["start", "seats", "people.needed", "people.present", "binding"]]
    .head(8)
    .to_string(index=False, float_format="%.0f")
)
