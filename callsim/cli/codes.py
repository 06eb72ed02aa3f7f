"""Exit codes of every command; 0: done, 128 + n: ended by signal n."""

WRONG, MISTAKE, MISSED = 1, 2, 3
