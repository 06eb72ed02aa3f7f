# %% [markdown]
# # Shifts and breaks
#
# People do not come by the half hour. The fewest agents of each half hour are one question, the fewest people on shifts another.

# %%
from pathlib import Path

Path("desk.yaml").write_text(
    """\
name: A desk from eight to six
queues:
  desk:
    open: 08:00-18:00
    arrivals: {per_day: 300, profile: [0,0,0,0,0,0,0,0,6,9,10,8,6,6,8,8,6,4,0,0,0,0,0,0]}
    talk: {lognormal: {mean: 4 min, cv: 0.9}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {answers: {desk: {}}, shifts: {early: 1, long: 1, noon: 1, late: 1}}
shifts:
  early: {from: 08:00, to: 14:00}
  long: {from: 08:00, to: 17:00, breaks: [{length: 60 min, between: "11:00-15:00"}]}
  noon: {from: 10:00, to: 16:00}
  late: {from: "12:00", to: "18:00"}
labour: none
""",
    encoding="utf-8",
)

# %%
import callsim

needed = callsim.staff("desk.yaml")
print(needed.to_dict()["groups"]["desk"]["staff"])

# %%
roster = callsim.roster("desk.yaml")
for shift, people in roster.shifts["desk"].items():
    print(f"{shift}: {people}")

# %% [markdown]
# The roster was checked on days that the search had not seen; it is a scenario itself.

# %%
callsim.run(roster.rostered, runs=20)
