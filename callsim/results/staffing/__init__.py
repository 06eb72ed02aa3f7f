"""Figures of agents and seats: who is short where, what a formula asks for, what it costs."""
