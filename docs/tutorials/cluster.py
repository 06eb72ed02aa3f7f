# %% [markdown]
# # More than one machine
#
# Runs do not know of each other, so any number of threads, processes or machines may play them, to the same numbers. Here parts of a study are played one after
# the other, as the jobs of an array would on machines that share a folder.

# %%
import callsim
from callsim.cli import main

for part in ("1/2", "2/2"):
    main(["run", "scenarios/one-queue.yaml", "--runs", "6", "--part", part, "--state", "shared"])

# %%
whole = callsim.run("scenarios/one-queue.yaml", runs=6)
main(
    [
        "run",
        "scenarios/one-queue.yaml",
        "--runs",
        "6",
        "--state",
        "shared",
        "--format",
        "json",
        "--out",
        "result.json",
    ]
)

# %%
import json

with open("result.json", encoding="utf-8") as file:
    print(json.load(file)["total"] == whole.to_dict()["total"])

# %% [markdown]
# With Dask: `callsim run FILE --cluster local`, or `callsim.run(FILE, client=distributed.Client(…))`: [more than one machine](../cluster.md).
