"""The columns of what is counted of menus."""

M_OFFERED, M_ABANDONED, M_CONTAINED, M_TIME, MENU_COLUMNS = range(5)  # M_TIME: ms, of all who came
