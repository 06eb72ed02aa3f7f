# %% [markdown]
# # A history: what was, what will be, was it right
#
# Phone systems leave logs. Here is one of eight weeks, made by callsim itself, so that we know what should be found: calls, and how each of them ended.

# %%
import csv
import datetime
import random

luck = random.Random(2026)
with open("calls.csv", "w", newline="", encoding="utf-8") as file:
    rows = csv.writer(file)
    rows.writerow(["arrival", "queue", "wait_s", "talk_s", "outcome"])
    for day in range(56):
        date = datetime.datetime(2026, 1, 5) + datetime.timedelta(days=day)
        busy = (1.2, 1.0, 1.0, 0.9, 0.9, 0.4, 0.3)[date.weekday()] * luck.gauss(1, 0.06)
        at = 8 * 3600.0
        while (at := at + luck.expovariate(busy * 30 / 3600)) < 18 * 3600:
            wait = luck.choice([0, 0, 0, 0, luck.expovariate(1 / 20)])
            gone = luck.random() < wait / 300
            talk = "" if gone else round(luck.lognormvariate(5.2, 0.6), 1)
            moment = date + datetime.timedelta(seconds=round(at))
            rows.writerow(
                [moment.isoformat(), "desk", round(wait, 1), talk, "abandoned" if gone else "answered"]
            )

# %% [markdown]
# `fit` makes a scenario of it, and says of each figure how well it is known.

# %%
import callsim

found = callsim.fit("calls.csv")
frame = found.to_frame()
print(frame[frame["figure"].isin(["aht_s", "abandoned_share", "day_cv"])].round(3).to_string(index=False))

# %% [markdown]
# `forecast` says what comes, and how far off that was in a rolling test.

# %%
coming = callsim.forecast("calls.csv", "2026-03-02", "1 week")
days = coming.to_dict()["queues"]["desk"]["by_day"]
for day in days:
    print(
        f"{day['date']} {day['weekday']}: {day['offered']:.0f} calls, 95 % band {day['low_95']:.0f} to {day['high_95']:.0f}"
    )

# %% [markdown]
# `callsim validate plan.yaml --against calls.csv` then sets simulated days beside real ones: [simulated against actual](../validate.md).
