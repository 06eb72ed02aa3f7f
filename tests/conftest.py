"""Random examples are new ones at every run, but on CI: there a failure must come from the change itself."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
