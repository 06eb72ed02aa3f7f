"""The columns of what is counted of menus."""

M_OFFERED, M_ABANDONED, M_CONTAINED, M_TIME, M_BLOCKED, MENU_COLUMNS = range(6)  # M_TIME: ms, of who got in
