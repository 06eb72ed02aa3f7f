"""How fast callsim is: by itself, against other simulators, and against what it promises."""
