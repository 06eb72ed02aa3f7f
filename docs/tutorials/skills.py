# %% [markdown]
# # Skills and overflow
#
# Three queues and three groups that help each other: `rank` says whom a call tries first, `after` how long it waits before others may take it, `pace` how much longer
# somebody takes for whom it is the second skill.

# %%
import callsim

plan = callsim.load("scenarios/overflow.yaml")
for name, group in plan.groups.items():
    for queue, answer in group.answers.items():
        print(f"{name} answers {queue}: rank {answer.rank}, after {answer.after:g} s, pace {answer.pace:g}")

# %%
result = callsim.run(plan, runs=10)
result

# %% [markdown]
# Is one flyer fewer enough, or one more worth it? The same calls go through each plan, so that luck is the same for all of them.

# %%
plans = {f"{flyers} flyers": callsim.load(plan.path, {"groups.flyers.staff": flyers}) for flyers in (4, 5, 6)}
comparison = callsim.compare(list(plans.values()), names=list(plans), runs=10)
for pair in comparison.pairs:
    for answer in comparison.answers(*pair):
        difference = answer.difference
        print(
            f"{pair[0]} → {pair[1]}, {answer.question.queue}: {difference.mean * 100:+.2f} points, {answer.verdict}"
        )
