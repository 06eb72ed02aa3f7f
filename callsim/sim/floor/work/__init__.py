"""Work in the hands of agents who are rows: taken up, slowed by other work, put back, done."""
