"""The site, as Sphinx builds it from the pages of `docs/`: see build.py."""

from __future__ import annotations

from callsim.version import __version__

project = "callsim"
author = "The callsim maintainers"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"callsim {__version__}"
html_copy_source = False  # pages stand in the repository
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_show_search_summary = False  # it would fetch each page that is found
html_theme_options = {"navigation_with_keys": True}
suppress_warnings = ["misc.highlighting_failure"]  # examples of YAML that are parts of a file
